import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { doorstep, guides } from "../support/paths.mjs";
import { plainEnvironment } from "../support/process.mjs";
import { replaceAll } from "../support/text.mjs";

const TOML = /^```toml\n([\s\S]*?)^```/gm;
const KEY = randomBytes(32).toString("base64");

/** Runs `doorstep check-config` on a guide's block, with the key where it can be read. */
async function check(block) {
  const folder = mkdtempSync(join(tmpdir(), "doorstep-guide-"));
  try {
    const key = join(folder, "key");
    writeFileSync(key, KEY, { mode: 0o600 });
    const file = join(folder, "doorstep.toml");
    writeFileSync(
      file,
      block.includes("/etc/doorstep/key") ? replaceAll(block, [["/etc/doorstep/key", key]]) : block,
    );
    const options = { cwd: folder, env: plainEnvironment() };
    return await new Promise((resolve) =>
      execFile(doorstep, ["check-config", "--config", file], options, (error, stdout, stderr) =>
        resolve({ code: error ? error.code : 0, said: stdout + stderr }),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const guide of ["production.md", "configuration.md", "cors.md"])
  test(`every configuration in ${guide} is one that Doorstep takes`, async () => {
    const blocks = [...readFileSync(join(guides, guide), "utf8").matchAll(TOML)];
    assert.ok(blocks.length > 0);
    for (const [, block] of blocks) {
      const { code, said } = await check(block);
      assert.equal(code, 0, `${block}\n${said}`);
    }
  });
