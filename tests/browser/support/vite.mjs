import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, createServer, preview } from "vite";
import { storefront, tutorial } from "./paths.mjs";

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
