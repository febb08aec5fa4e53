import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { assertAccessible } from "../support/axe.mjs";
import { screenshots } from "../support/paths.mjs";
import { shopTest, withBrowser } from "../support/shop.mjs";
import { fillLogIn, fillSignUp, menuButton, newPerson, pressSignUp } from "../support/steps.mjs";

withBrowser();
mkdirSync(screenshots, { recursive: true });

const plain = { javaScriptEnabled: false };

shopTest("without JavaScript the form opens an account and logs in", {}, async ({ server, visitor }) => {
  const grace = await visitor(plain);
  const person = newPerson();
  const page = await grace.open("/");
  await page.getByRole("link", { name: "Sign up" }).click();
  await fillSignUp(page, person);
  await pressSignUp(page);
  await page.waitForURL(/\/account\/?$/);
  assert.match(await page.locator("main").innerText(), /Your account is kept safe/);
  assert.equal(server.rows("select email from customers")[0].email, person.email);
  const cookie = (await grace.context.cookies()).find(({ name }) => !name.endsWith("-device"));
  assert.equal(cookie.httpOnly, true);
  const me = await (await grace.context.request.get(`${server.url}/api/user`)).json();
  assert.equal(me.user.name, person.name);

  await grace.context.clearCookies();
  await page.goto("/login");
  await fillLogIn(page, person);
  await page.waitForURL(/\/account\/?$/);
  assert.equal((await grace.context.request.get(`${server.url}/api/user`)).status(), 200);
});

/** What the visitor of each language is told of an address without a domain. */
const languages = {
  "en-GB": { sentence: "Enter an e-mail address like name@example.com", direction: "ltr" },
  "de-AT": { sentence: "Geben Sie eine E-Mail-Adresse wie name@example.com ein", direction: "ltr" },
  "ar-EG": { sentence: "أدخل عنوان بريد إلكتروني مثل name@example.com", direction: "rtl" },
};

for (const [locale, { sentence, direction }] of Object.entries(languages)) {
  shopTest(
    `without JavaScript a refused form comes back filled in, with words in ${locale}`,
    { refusals: ["422 /api/signup"] },
    async ({ server, visitor }) => {
      const grace = await visitor({ ...plain, locale });
      const person = { ...newPerson(), name: 'Grace "<b>" Darling' };
      const page = await grace.open("/signup");
      await fillSignUp(page, { ...person, email: "grace@" });
      await pressSignUp(page);
      await page.waitForURL("**/api/signup");
      assert.equal(await page.title(), "Open an account · Gale & Kettle");
      assert.equal(await page.getByLabel("Name").inputValue(), person.name);
      assert.equal(await page.getByLabel("Password").inputValue(), "");
      const field = page.getByLabel("E-mail");
      assert.equal(await field.inputValue(), "grace@");
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      const words = page.locator(`#${await field.getAttribute("aria-describedby")}`);
      assert.equal(await words.innerText(), sentence);
      assert.equal(
        await words.locator("span").evaluate((span) => getComputedStyle(span).direction),
        direction,
      );
      assert.match(await page.locator("form > p[role=alert]").first().innerText(), /\w|\p{L}/u);
      assert.equal(new URL(page.url()).search, "");
      await page.screenshot({
        path: `${screenshots}refused-without-javascript-${locale}.png`,
        fullPage: true,
      });

      await fillSignUp(page, person);
      await pressSignUp(page);
      await page.waitForURL(/\/account\/?$/);
      assert.equal(server.rows("select email from customers")[0].email, person.email);
    },
  );
}

shopTest(
  "without JavaScript a wrong password is told on the shop's own page",
  { refusals: ["401 /api/login"] },
  async ({ visitor }) => {
    const page = await (await visitor({ ...plain, locale: "fr-FR" })).open("/login");
    await fillLogIn(page, { email: "nobody@longstone.example", password: "not the password" });
    await page.waitForURL("**/api/login");
    assert.equal(
      await page.locator("form > p[role=alert]").first().innerText(),
      "E-mail ou mot de passe incorrect",
    );
    assert.equal(await page.getByLabel("E-mail").inputValue(), "nobody@longstone.example");
    assert.equal(await page.getByLabel("Password").inputValue(), "");
    // From here the browser names the API's address as the one it comes from.
    await fillLogIn(page, { email: "nobody@longstone.example", password: "not that one either" });
    await page.waitForURL(/\/api\/login\?page=%2Flogin/);
    await page.getByLabel("E-mail").waitFor();
    assert.equal(
      await page.locator("form > p[role=alert]").first().innerText(),
      "E-mail ou mot de passe incorrect",
    );
    assert.match(await page.title(), /Gale & Kettle/);
  },
);

shopTest(
  "a form that is posted before the page is hydrated comes back as well, and stays",
  { refusals: ["422 /api/signup"] },
  async ({ visitor }) => {
    const person = newPerson();
    const page = await (await visitor()).open("/signup");
    await fillSignUp(page, { ...person, email: "grace@" });
    // As the browser does it alone: the kit's handler is not asked.
    await page.locator("form").evaluate((form) => form.submit());
    await page.waitForURL("**/api/signup");
    await page.waitForLoadState("networkidle");
    assert.equal(await page.getByLabel("E-mail").inputValue(), "grace@");
    assert.match(await page.locator("main").innerText(), /Enter an e-mail address/);
    await assertAccessible(page, "a refused form");
    await fillSignUp(page, person);
    await pressSignUp(page);
    await page.waitForURL(/\/account\/?$/);
    await menuButton(page, person).waitFor();
  },
);

shopTest("without JavaScript the shop can be read", {}, async ({ visitor }) => {
  const page = await (await visitor(plain)).open("/");
  await page.getByRole("link", { name: "Storm lantern" }).click();
  await page.getByRole("heading", { name: "Storm lantern" }).waitFor();
  assert.equal(await page.title(), "Storm lantern · Gale & Kettle");
});
