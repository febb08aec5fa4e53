import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchWithExtension } from "./browser.mjs";
import { extension } from "./paths.mjs";
import { bundle } from "./vite.mjs";

const readManifest = () => JSON.parse(readFileSync(`${extension}manifest.json`, "utf8"));

/** The id that Chromium gives to whatever has this key: the first half of its hash, in the letters a to p. */
export function extensionId() {
  const key = Buffer.from(readManifest().key, "base64");
  const hash = createHash("sha256").update(key).digest("hex");
  return hash.slice(0, 32).replace(/./g, (digit) => "abcdefghijklmnop"[Number.parseInt(digit, 16)]);
}

/** Chromium with the extension in it, unpacked, as its author has it before the store; `more` is for its manifest. */
export async function startExtension(more = {}) {
  const folder = mkdtempSync(join(tmpdir(), "doorstep-extension-"));
  cpSync(extension, folder, { recursive: true });
  const manifest = { ...readManifest(), ...more };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "signup.js"), await bundle(`${extension}signup.js`, "page"));
  const context = await launchWithExtension(folder);
  return {
    context,
    origin: `chrome-extension://${extensionId()}`,
    stop: async () => {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
