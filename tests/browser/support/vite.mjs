import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, createServer, preview } from "vite";
import { kits, modules, storefront, tutorial } from "./paths.mjs";

const temporary = () => mkdtempSync(join(tmpdir(), "doorstep-vite-"));

/** The storefront as a developer runs it: `npm run dev` on a port of its own, Doorstep on another. */
export async function startDevStorefront(doorstepUrl) {
  const cacheDir = temporary();
  const vite = await createServer({
    root: storefront,
    cacheDir,
    logLevel: "error",
    define: { "import.meta.env.VITE_DOORSTEP_URL": JSON.stringify(doorstepUrl) },
    server: { host: "localhost", port: 0, hmr: false },
  });
  await vite.listen();
  return {
    url: `http://localhost:${vite.httpServer.address().port}`,
    stop: async () => {
      await vite.close();
      rmSync(cacheDir, { recursive: true, force: true });
    },
  };
}

/** The tutorial's page, bundled once and served from another localhost port. */
export async function startTutorial() {
  const outDir = temporary();
  const options = {
    root: tutorial,
    configFile: false,
    logLevel: "error",
    build: { outDir, emptyOutDir: true },
  };
  await build(options);
  const server = await preview({ ...options, preview: { host: "localhost", port: 0 } });
  return {
    url: `http://localhost:${server.httpServer.address().port}`,
    stop: async () => {
      await server.close();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}

/** The kits as they are built in this tree, and one React for them and the page. */
const ALIAS = [
  { find: "@doorstep/client/server", replacement: `${kits}client/dist/server.js` },
  { find: "@doorstep/client", replacement: `${kits}client/dist/index.js` },
  { find: "@doorstep/react", replacement: `${kits}react/dist/index.js` },
  { find: /^(react|react-dom)(\/.*)?$/, replacement: `${modules}$1$2` },
];

/** A page's program as one script, made for development: `name` is the global that has what it exports. */
export async function bundle(entry, name, { alias = ALIAS, define = {} } = {}) {
  const built = await build({
    configFile: false,
    logLevel: "error",
    mode: "development",
    resolve: { alias },
    define: { "process.env.NODE_ENV": '"development"', ...define },
    build: { write: false, minify: false, lib: { entry, name, formats: ["iife"] } },
  });
  return [built].flat()[0].output[0].code;
}

/** Any folder as Vite serves it to a developer; `said` collects what it prints. */
export async function startVite(root, { server = {}, ...options } = {}) {
  const cacheDir = temporary();
  const said = [];
  const note = (text) => said.push(text);
  const vite = await createServer({
    root,
    cacheDir,
    configFile: false,
    customLogger: {
      hasWarned: false,
      hasErrorLogged: () => false,
      info: note,
      warn: note,
      warnOnce: note,
      error: note,
      clearScreen() {},
    },
    ...options,
    server: { host: "localhost", port: 0, hmr: false, ...server },
  });
  await vite.listen();
  return {
    url: `http://localhost:${vite.httpServer.address().port}`,
    said,
    stop: async () => {
      await vite.close();
      rmSync(cacheDir, { recursive: true, force: true });
    },
  };
}
