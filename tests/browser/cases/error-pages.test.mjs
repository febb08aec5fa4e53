import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible } from "../support/axe.mjs";
import { launch, newVisitor } from "../support/browser.mjs";
import { startDoorstep } from "../support/server.mjs";

let browser;
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), startDoorstep()]);
});
after(async () => {
  await browser.close();
  await server.stop();
});

const NARROW = { viewport: { width: 320, height: 640 } };

for (const colorScheme of ["light", "dark"]) {
  test(`error pages are readable in a narrow window, ${colorScheme}`, { timeout: 240_000 }, async () => {
    const visitor = await newVisitor(browser, server.url, { ...NARROW, colorScheme });
    const { causes } = await (
      await visitor.context.request.get("/errors", { headers: { accept: "application/json" } })
    ).json();
    assert.equal(causes.length, 45);
    const page = await visitor.open("/errors");
    const paths = ["/errors", "/errors/invalid_fields", ...causes.map(({ docs }) => docs)];
    for (const path of paths) {
      await page.goto(path);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= NARROW.viewport.width, `${path} is ${width} px wide`);
    }
    for (const path of ["/errors", "/errors/DS-01", "/errors/ds-21", "/errors/unsupported_media_type"]) {
      await page.goto(path);
      await assertAccessible(page, `${path} ${colorScheme}`);
    }
    assert.deepEqual(visitor.trouble, []);
    await visitor.context.close();
  });
}

test("an id leads from the list to its page, and on to the codes that it comes with", async () => {
  const visitor = await newVisitor(browser, server.url);
  const page = await visitor.open("/errors");
  await page.getByRole("link", { name: "DS-17" }).click();
  await page.getByRole("heading", { level: 1, name: "The body is a form where JSON is expected" }).waitFor();
  await page.getByRole("link", { name: "unsupported_media_type" }).click();
  await page.getByRole("heading", { level: 1, name: "This content type is not understood" }).waitFor();
  await page.getByRole("link", { name: "DS-17" }).waitFor();
  await visitor.context.close();
});
