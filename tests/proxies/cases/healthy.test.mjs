import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runDoctor } from "../support/doctor.mjs";
import { examples } from "../support/paths.mjs";
import { openInDev } from "../support/site.mjs";
import { replaceAll } from "../support/text.mjs";
import { configOf, startVite } from "../support/vite.mjs";

const MADE = ["node_modules", "dist", ".dart_tool", "build"];

/** A copy of an example's folder, with what it was installed with; `changes` are [file, there, here]. */
function copyOf(example, changes) {
  const folder = mkdtempSync(join(tmpdir(), "doorstep-healthy-"));
  const source = join(examples, example);
  cpSync(source, folder, {
    recursive: true,
    filter: (path) => !MADE.some((name) => path.endsWith(`/${name}`)),
  });
  if (example === "storefront-react") symlinkSync(join(source, "node_modules"), join(folder, "node_modules"));
  for (const [file, there, here] of changes) {
    const path = join(folder, file);
    writeFileSync(path, replaceAll(readFileSync(path, "utf8"), [[there, here]]));
  }
  return folder;
}

/** Looks at a healthy set-up: no finding at all, not even a note. */
async function finds(site, origin, example, changes) {
  const project = copyOf(example, changes);
  try {
    const { code, stdout, stderr } = await runDoctor(site, origin, ["--project", project]);
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(JSON.parse(stdout).findings, []);
  } finally {
    rmSync(project, { recursive: true });
    await site.stop();
  }
}

const alone = () => openInDev({ recipe: "vite", heading: "doorstep.toml" });

test("the doctor finds nothing: the React storefront alone", async () => {
  const site = await alone();
  const own = [".env.development", "http://localhost:5000", site.url.origin];
  await finds(site, "http://localhost:5173", "storefront-react", [own]);
});

test("the doctor finds nothing: the Flutter app", async () => {
  const site = await alone();
  const own = ["lib/main.dart", "http://localhost:5000", site.url.origin];
  await finds(site, "http://localhost:5173", "storefront-flutter", [own]);
});

test("the doctor finds nothing: the React storefront behind Vite's proxy", async () => {
  const site = await openInDev({ recipe: "vite", heading: "doorstep.toml", startProxy: startVite });
  const recipe = configOf(site.url.port, site.doorstep.port);
  const own = readFileSync(join(examples, "storefront-react/vite.config.ts"), "utf8").match(
    /^ {2}server: .*\n/m,
  )[0];
  const server = recipe.slice(recipe.indexOf("  server: {"), recipe.lastIndexOf("});"));
  await finds(site, site.url.origin, "storefront-react", [
    [".env.development", "VITE_DOORSTEP_URL=http://localhost:5000", "VITE_DOORSTEP_URL=/"],
    ["vite.config.ts", own, server],
  ]);
});
