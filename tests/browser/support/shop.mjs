import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, newVisitor } from "./browser.mjs";
import { startDoorstep } from "./server.mjs";

let browser;

/** One browser for a file of tests. */
export function withBrowser() {
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());
}

/**
 * A test with a shop of its own. `refusals` lists the answers of 400 and above that it provokes on purpose:
 * exactly these may be noted in the console, and nothing else may be there. `settings` makes the server's own, as `startDoorstep` has them.
 */
export function shopTest(name, { refusals = [], settings = () => ({}) }, body) {
  test(name, { timeout: 240_000 }, async () => {
    const server = await startDoorstep({ settings: settings() });
    const visitors = [];
    const visitor = async (options) => {
      const one = await newVisitor(browser, server.url, options);
      visitors.push(one);
      return one;
    };
    try {
      await body({ server, visitor });
      assert.deepEqual(
        visitors.flatMap((one) => one.trouble),
        [],
        "the console complains",
      );
      const seen = new Set(visitors.flatMap((one) => one.refusals));
      assert.deepEqual([...seen].sort(), [...refusals].sort(), "refused requests");
    } catch (error) {
      error.message += `\n--- the server's log:\n${server.log.join("").slice(-4000)}`;
      throw error;
    } finally {
      await Promise.all(visitors.map((one) => one.context.close()));
      await server.stop();
    }
  });
}
