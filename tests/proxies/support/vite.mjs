import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { recipes, storefront, viteModules } from "./paths.mjs";
import { start } from "./process.mjs";
import { replaceAll } from "./text.mjs";

/** `vite` with the recipe's file as it is, but for the two ports. */
export function startVite({ folder, port, upstream, answers }) {
  const app = join(folder, "app");
  mkdirSync(app);
  symlinkSync(viteModules, join(app, "node_modules"));
  writeFileSync(join(app, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(app, "index.html"),
    "<!doctype html><title>Nordlicht</title><h1>A page of the shop</h1>\n",
  );
  // What Vite writes for itself must not land in the modules that others use.
  const cache = `defineConfig({ cacheDir: ${JSON.stringify(join(folder, "cache"))},`;
  const config = configOf(port, upstream).replace("defineConfig({", cache);
  writeFileSync(join(app, "vite.config.ts"), config);
  const vite = join(viteModules, "vite/bin/vite.js");
  const args = [vite, "--host", "127.0.0.1", "--configLoader", "runner"];
  return start(process.execPath, args, { cwd: app, answers });
}

/** The recipe with these two ports. */
export function configOf(port, upstream) {
  return replaceAll(readFileSync(join(recipes, "vite/vite.config.ts"), "utf8"), [
    ["port: 5173", `port: ${port}`],
    ["127.0.0.1:5000", `127.0.0.1:${upstream}`],
  ]);
}

/** The storefront as `npm run dev` shows it, with the recipe's `server` part in its configuration. */
export async function startViteStorefront({ folder, port, upstream }) {
  const file = join(folder, "vite.config.mjs");
  symlinkSync(viteModules, join(folder, "node_modules"));
  writeFileSync(file, configOf(port, upstream));
  const { default: recipe } = await import(pathToFileURL(file));
  const { createServer } = await import(pathToFileURL(join(viteModules, "vite/dist/node/index.js")));
  const vite = await createServer({
    root: storefront,
    cacheDir: join(folder, "cache"),
    logLevel: "error",
    define: { "import.meta.env.VITE_DOORSTEP_URL": '"/"' },
    server: { ...recipe.server, host: "localhost", hmr: false },
  });
  await vite.listen();
  return { stop: () => vite.close() };
}
