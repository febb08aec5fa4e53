import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { doorstep } from "./paths.mjs";
import { plainEnvironment } from "./process.mjs";

/** A healthy set-up: no finding at all, not even a note. */
export function doctorIsContent(site, ...args) {
  test("`doorstep doctor` finds nothing", async () => {
    const { url, page, certificates } = site();
    const { code, stdout, stderr } = await run(
      ["--api", url.origin, "--origin", page, "--json", ...args],
      certificates?.caFile,
    );
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(JSON.parse(stdout).findings, []);
  });
}

function run(args, caFile) {
  const env = { ...plainEnvironment(), ...(caFile && { SSL_CERT_FILE: caFile }) };
  return new Promise((resolve) => {
    execFile(doorstep, ["doctor", ...args], { env, timeout: 30_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}
