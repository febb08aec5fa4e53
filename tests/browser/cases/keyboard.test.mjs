import assert from "node:assert/strict";
import { shopTest, withBrowser } from "../support/shop.mjs";
import { menuButton, noted, signUp } from "../support/steps.mjs";

withBrowser();

const focused = (page) => page.evaluate(() => document.activeElement.textContent.trim());

shopTest("the first Tab offers to skip to the content", {}, async ({ visitor }) => {
  const page = await (await visitor()).open("/");
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "Skip to content");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
});

shopTest("a change of page moves the focus to its heading and renames the tab", {}, async ({ visitor }) => {
  const page = await (await visitor()).open("/");
  await page.getByRole("link", { name: "Watch cap" }).press("Enter");
  await page.waitForURL("**/product/watch-cap");
  assert.equal(await focused(page), "Watch cap");
  assert.equal(await page.title(), "Watch cap · Gale & Kettle");
  await page.goBack();
  await page.getByRole("heading", { name: "Six things" }).waitFor();
  assert.match(await page.title(), /^Provisions/);
});

shopTest("the account menu works by keyboard alone", {}, async ({ visitor }) => {
  const { page, person } = await signUp(await visitor());
  const button = menuButton(page, person);
  await button.focus();
  await page.keyboard.press("Enter");
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  await page.keyboard.press("Escape");
  assert.equal(await button.getAttribute("aria-expanded"), "false");
  assert.ok(await button.evaluate((element) => element === document.activeElement));
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/account/addresses");
  assert.equal(await focused(page), "Addresses");
});

shopTest("the focus can be seen wherever Tab leads", {}, async ({ visitor }) => {
  const page = await (await visitor()).open("/login");
  for (let step = 0; step < 9; step += 1) {
    await page.keyboard.press("Tab");
    const outline = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return { where: document.activeElement.outerHTML.slice(0, 80), outlineStyle, outlineWidth };
    });
    assert.deepEqual([outline.outlineStyle, outline.outlineWidth], ["solid", "3px"], outline.where);
  }
});

shopTest("the basket counts, tells and remembers", {}, async ({ visitor }) => {
  const page = await (await visitor()).open("/product/enamel-mug");
  await page.getByRole("button", { name: "Add to basket" }).click();
  await noted(page, "Enamel mug is in your basket.");
  await page.getByRole("button", { name: "Add to basket" }).click();
  await page.getByRole("link", { name: "Basket 2 items" }).click();
  await page.reload();
  assert.match(await page.locator(".basket-total").innerText(), /€38\.00/);
  await page.getByRole("button", { name: "One less" }).click();
  await page.getByRole("button", { name: "One less" }).click();
  await page.getByText("Nothing in it yet.").waitFor();
});

shopTest("people who asked for less motion get none", {}, async ({ visitor }) => {
  const moving = async (reducedMotion) => {
    const page = await (await visitor({ reducedMotion })).open("/");
    return page.evaluate(() => document.getAnimations().length);
  };
  assert.equal(await moving("reduce"), 0);
  assert.ok((await moving("no-preference")) > 0);
});

shopTest("a typed password can be shown and hidden again", {}, async ({ visitor }) => {
  const page = await (await visitor()).open("/login");
  const password = page.getByLabel("Password");
  await password.fill("coble through the Farne");
  await page.getByRole("button", { name: "Show Password" }).click();
  assert.equal(await password.getAttribute("type"), "text");
  assert.equal(await password.inputValue(), "coble through the Farne");
  await page.getByRole("button", { name: "Hide Password" }).click();
  assert.equal(await password.getAttribute("type"), "password");
});
