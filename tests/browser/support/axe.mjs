import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Every rule of axe but the experimental ones, best practices included. */
export async function assertAccessible(page, where) {
  await page.evaluate(source);
  const results = await page.evaluate(() => globalThis.axe.run(document));
  const found = results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target} ${node.failureSummary}`),
  );
  assert.deepEqual(found, [], where);
  assert.ok(results.passes.length > 5, `${where}: axe hardly found anything to look at`);
}
