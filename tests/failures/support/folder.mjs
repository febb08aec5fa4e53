import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder for one test, with these files: `{ "src/main.js": "…" }`. */
export function makeFolder(files = {}) {
  const path = mkdtempSync(join(tmpdir(), "doorstep-failures-"));
  const write = (name, text) => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return { path, write, stop: () => rmSync(path, { recursive: true, force: true }) };
}
