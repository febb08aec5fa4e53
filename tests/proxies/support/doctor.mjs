import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { doorstep } from "./paths.mjs";
import { plainEnvironment } from "./process.mjs";

/** A healthy set-up: no finding at all, not even a note. */
export function doctorIsContent(site) {
  test("`doorstep doctor` finds nothing", async () => {
    const { code, stdout, stderr } = await runDoctor(site(), site().page);
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(JSON.parse(stdout).findings, []);
  });
}

/** Asks a site as the pages of `origin` do, and trusts its authority. */
export function runDoctor({ url, certificates }, origin, more = []) {
  const args = ["doctor", "--api", url.origin, "--origin", origin, "--json", ...more];
  const env = { ...plainEnvironment(), ...(certificates && { SSL_CERT_FILE: certificates.caFile }) };
  return new Promise((resolve) => {
    execFile(doorstep, args, { env, timeout: 30_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}
