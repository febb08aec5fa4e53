import assert from "node:assert/strict";
import { shopTest, withBrowser } from "../support/shop.mjs";
import { noted, signUp } from "../support/steps.mjs";

withBrowser();

async function openAddresses(visitor) {
  const { page } = await signUp(await visitor());
  await page.goto("/account/addresses");
  await page.getByText("No address yet.").waitFor();
  return page;
}

async function add(page, { line1, city, shipping }) {
  await page.getByRole("button", { name: "Add an address" }).click();
  await page.getByLabel("Street and number").fill(line1);
  await page.getByLabel("Postal code").fill("NE68 7SX");
  await page.getByLabel("Town").fill(city);
  await page.getByLabel("Country").selectOption("GB");
  await page.getByLabel("Ship here by default").setChecked(shipping);
  await page.getByRole("button", { name: "Save address" }).click();
  await noted(page, "The address is saved.");
  await page.locator(".thing", { hasText: line1 }).waitFor();
}

const shipsTo = (page) => page.locator(".thing", { hasText: "Ships here" }).locator("address").innerText();

shopTest("addresses are added, and one of them is the default", {}, async ({ visitor }) => {
  const page = await openAddresses(visitor);
  await add(page, { line1: "Longstone Lighthouse", city: "Bamburgh", shipping: true });
  assert.match(await shipsTo(page), /Longstone Lighthouse[\s\S]*NE68 7SX Bamburgh[\s\S]*United Kingdom/);
  await add(page, { line1: "12 Harbour Road", city: "Seahouses", shipping: true });
  assert.equal(await page.locator(".thing").count(), 2);
  assert.match(await shipsTo(page), /Harbour Road/);
});

shopTest("an address is changed and removed, and the focus stays in the list", {}, async ({ visitor }) => {
  const page = await openAddresses(visitor);
  await add(page, { line1: "12 Harbour Road", city: "Seahouses", shipping: false });
  await page.getByRole("button", { name: "Edit 12 Harbour Road" }).click();
  assert.equal(await page.getByLabel("Town").inputValue(), "Seahouses");
  await page.getByLabel("Street and number").fill("14 Harbour Road");
  await page.getByLabel("Bill here by default").check();
  await page.getByRole("button", { name: "Save address" }).click();
  await page.locator(".thing", { hasText: "14 Harbour Road" }).getByText("Bills here").waitFor();

  await page.reload();
  await page.getByRole("button", { name: "Remove 14 Harbour Road" }).click();
  await noted(page, "The address is removed.");
  await page.getByText("No address yet.").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "addresses");
});

shopTest(
  "a refused address keeps what was typed and says what is missing",
  { refusals: ["400 /api/user/addresses"] },
  async ({ server, visitor }) => {
    const page = await openAddresses(visitor);
    await page.getByRole("button", { name: "Add an address" }).click();
    await page.getByLabel("Street and number").fill("Longstone Lighthouse");
    await page.getByRole("button", { name: "Save address" }).click();
    const town = page.locator(".form-row", { has: page.locator("[name=city]") });
    await town.getByRole("alert").filter({ hasText: /\w/ }).waitFor();
    assert.equal(await page.getByLabel("Street and number").inputValue(), "Longstone Lighthouse");
    assert.equal(server.rows("select * from addresses").length, 0);
  },
);
