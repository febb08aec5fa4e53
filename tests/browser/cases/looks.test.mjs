import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { assertAccessible } from "../support/axe.mjs";
import { screenshots } from "../support/paths.mjs";
import { shopTest, withBrowser } from "../support/shop.mjs";
import { logIn, newPerson, noted, pressSignUp, signUp } from "../support/steps.mjs";

withBrowser();
mkdirSync(screenshots, { recursive: true });

const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };
const variants = Object.entries(sizes).flatMap(([size, viewport]) =>
  ["light", "dark"].map((colorScheme) => ({ name: `${size}-${colorScheme}`, viewport, colorScheme })),
);

async function assertFits(page, where) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${where}: ${overflow} px too wide`);
}

async function look(page, name, variant) {
  await assertAccessible(page, `${name}, ${variant.name}`);
  await assertFits(page, `${name}, ${variant.name}`);
  await page.screenshot({ path: `${screenshots}${name}-${variant.name}.png`, fullPage: true });
}

const forEverybody = {
  home: "/",
  product: "/product/storm-lantern",
  "basket-empty": "/basket",
  signup: "/signup",
  login: "/login",
  recover: "/recover",
  "account-signed-out": "/account",
  unknown: "/no-such-page",
};

shopTest(
  "every page for visitors is accessible and fits, on phone and desktop, light and dark",
  { refusals: ["400 /api/signup"] },
  async ({ visitor }) => {
    for (const variant of variants) {
      const nobody = await visitor(variant);
      const page = await nobody.open("/");
      for (const [name, path] of Object.entries(forEverybody)) {
        await page.goto(path);
        await page.locator(".account-slot[data-session=signed-out]").waitFor();
        await look(page, name, variant);
      }
      await page.goto("/product/enamel-mug");
      await page.getByRole("button", { name: "Add to basket" }).click();
      await noted(page, "Enamel mug is in your basket.");
      await look(page, "product-added", variant);
      await page.goto("/basket");
      await page.locator(".basket-line").waitFor();
      await look(page, "basket", variant);
      await page.goto("/signup");
      await pressSignUp(page);
      await page.locator(".error").filter({ hasText: /\w/ }).first().waitFor();
      await look(page, "signup-refused", variant);
    }
  },
);

const forCustomers = {
  account: "/account",
  addresses: "/account/addresses",
  security: "/account/security",
  data: "/account/data",
};

async function fillAddress(page) {
  await page.goto("/account/addresses");
  await page.getByRole("button", { name: "Add an address" }).click();
  await page.getByLabel("Street and number").fill("Longstone Lighthouse");
  await page.getByLabel("Postal code").fill("NE68 7SX");
  await page.getByLabel("Town").fill("Bamburgh");
  await page.getByLabel("Country").selectOption("GB");
  await page.getByLabel("Ship here by default").check();
  await page.getByRole("button", { name: "Save address" }).click();
  await page.locator(".thing").waitFor();
}

shopTest(
  "every account page is accessible and fits, on phone and desktop, light and dark",
  {},
  async ({ visitor }) => {
    const { page: first, person } = await signUp(await visitor());
    await fillAddress(first);
    for (const variant of variants) {
      const page = await logIn(await visitor(variant), person);
      for (const [name, path] of Object.entries(forCustomers)) {
        await page.goto(path);
        await page.locator(".account-slot[data-session=signed-in]").waitFor();
        await page.waitForLoadState("networkidle");
        await look(page, name, variant);
      }
      await page.locator(".menu-button").click();
      await look(page, "menu", variant);
      await page.goto("/account/addresses");
      await page.getByRole("button", { name: "Edit" }).click();
      await look(page, "address-form", variant);
    }
  },
);

/** A page must fit whatever fonts the machine has: a font of wide letters, and the spacing that a reader may set (WCAG 1.4.12). */
const letters = {
  "fonts of this machine": "",
  "wide letters": "* { font-family: monospace !important }",
  "spaced letters": "* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }",
};

function write(page, style) {
  return page.evaluate((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [sheet];
  }, style);
}

shopTest("nothing is cut off at 320 px, which is a page at 400 % zoom", {}, async ({ visitor }) => {
  const narrow = { viewport: { width: 320, height: 640 } };
  const nobody = await (await visitor(narrow)).open("/");
  const longNamed = {
    ...newPerson(),
    email: `grace.horsley.darling.of.the.farne.islands.${process.pid}@longstone.example`,
  };
  const { page } = await signUp(await visitor(narrow), longNamed);
  for (const path of [...Object.values(forEverybody), ...Object.values(forCustomers)]) {
    for (const [one, session] of [
      [nobody, "signed-out"],
      [page, "signed-in"],
    ]) {
      await one.goto(path);
      await one.locator(`.account-slot[data-session=${session}]`).waitFor();
      for (const [name, style] of Object.entries(letters)) {
        await write(one, style);
        await assertFits(one, `${path}, ${session}, ${name}`);
      }
    }
  }
});
