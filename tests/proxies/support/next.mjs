import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nextModules, recipes } from "./paths.mjs";
import { start } from "./process.mjs";
import { replaceAll } from "./text.mjs";

const LAYOUT = "export default ({ children }) => <html lang='en'><body>{children}</body></html>;\n";
const PAGE = "export default () => <h1>A page of the shop</h1>;\n";

/** `next build` and `next start` with the recipe's file as it is, but for the port, around a page for every path. */
export function startNext({ folder, port, upstream, answers }) {
  const app = join(folder, "app");
  mkdirSync(join(app, "app/[[...path]]"), { recursive: true });
  symlinkSync(nextModules, join(app, "node_modules"));
  writeFileSync(join(app, "package.json"), '{ "type": "module" }');
  writeFileSync(join(app, "app/layout.jsx"), LAYOUT);
  writeFileSync(join(app, "app/[[...path]]/page.jsx"), PAGE);
  const recipe = readFileSync(join(recipes, "next/next.config.mjs"), "utf8");
  writeFileSync(
    join(app, "next.config.mjs"),
    replaceAll(recipe, [["127.0.0.1:5000", `127.0.0.1:${upstream}`]]),
  );
  const next = join(nextModules, "next/dist/bin/next");
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
  execFileSync(process.execPath, [next, "build", "--webpack"], {
    cwd: app,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const args = [next, "start", "--hostname", "127.0.0.1", "--port", String(port)];
  return start(process.execPath, args, { cwd: app, env, answers });
}
