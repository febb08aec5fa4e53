import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { assertAccessible } from "../support/axe.mjs";
import { latestMail } from "../support/mail.mjs";
import { screenshots } from "../support/paths.mjs";
import { shopTest, withBrowser } from "../support/shop.mjs";
import { fillLogIn, menuButton, signUp, statusOf } from "../support/steps.mjs";

withBrowser();
mkdirSync(screenshots, { recursive: true });

const changed = "nine days in the long stone";
const variants = {
  "desktop-light": { viewport: { width: 1280, height: 800 } },
  "phone-dark": { viewport: { width: 360, height: 740 }, colorScheme: "dark" },
};

async function look(page, name) {
  await assertAccessible(page, name);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${name}: ${overflow} px too wide`);
  await page.screenshot({ path: `${screenshots}${name}.png`, fullPage: true });
}

const isFocused = (field) => field.evaluate((input) => input === document.activeElement);

/** Another code than this one. */
const wrong = (code) => `${code[0] === "1" ? 2 : 1}${code.slice(1)}`;

async function askForCode(page, email) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Send me a code" }).click();
  await page.getByRole("status").filter({ hasText: "a mail is on its way" }).waitFor();
}

async function fillNewPassword(page, code) {
  await page.getByLabel("Code").fill(code);
  await page.getByLabel("New password").fill(changed);
  await page.getByRole("button", { name: "Save the new password" }).click();
}

for (const [variant, options] of Object.entries(variants)) {
  shopTest(
    `a forgotten password is replaced, from the login page to a new session: ${variant}`,
    { refusals: ["422 /api/recovery/confirm", "401 /api/sessions"] },
    async ({ server, visitor }) => {
      const { page: other, person } = await signUp(await visitor());
      const page = await (await visitor(options)).open("/login");
      await page.getByRole("link", { name: "Forgot your password?" }).click();
      await page.waitForURL("**/recover");
      await askForCode(page, person.email);
      assert.ok(await isFocused(page.getByLabel("Code")));
      const again = page.getByRole("button", { name: "Send another mail" });
      assert.equal(await again.getAttribute("aria-disabled"), "true");
      assert.match(await again.innerText(), /in (60|5\d) s/);

      const { code } = await latestMail(server, person.email);
      await fillNewPassword(page, wrong(code));
      await page.getByRole("alert").filter({ hasText: "Tries left: 4" }).waitFor();
      assert.ok(await isFocused(page.getByLabel("Code")));
      await look(page, `recover-code-${variant}`);

      // As it is copied.
      await fillNewPassword(page, ` ${code.slice(0, 4)} ${code.slice(4)}`);
      await page.waitForURL("**/login");
      await page.getByRole("status").filter({ hasText: "Your new password is saved" }).waitFor();
      assert.equal(await page.getByLabel("E-mail").inputValue(), person.email);
      await look(page, `recovered-${variant}`);
      assert.equal(await statusOf(other, "/api/sessions"), 401);
      await fillLogIn(page, { ...person, password: changed });
      await page.waitForURL("**/account");
      await menuButton(page, person).waitFor();
    },
  );
}

shopTest(
  "the mail's link brings a new password without JavaScript",
  { refusals: ["422 /links/recover", "410 /links/recover", "401 /api/login"] },
  async ({ server, visitor }) => {
    const { person } = await signUp(await visitor());
    const page = await (await visitor()).open("/recover");
    await askForCode(page, person.email);
    const { link } = await latestMail(server, person.email);

    const reader = await (await visitor({ javaScriptEnabled: false })).open(link);
    await reader.getByLabel("New password").fill("short");
    await reader.getByRole("button").click();
    await reader.locator("[aria-invalid=true]").waitFor();
    await reader.getByLabel("New password").fill(changed);
    await reader.getByRole("button").click();
    await reader.getByRole("status").filter({ hasText: "Your password is changed" }).waitFor();
    await reader.goto(link);
    await reader.getByRole("heading", { name: "not good any more" }).waitFor();

    await page.goto("/login");
    await fillLogIn(page, person);
    await page.locator(".form-error").filter({ hasText: /\w/ }).waitFor();
    await fillLogIn(page, { ...person, password: changed });
    await menuButton(page, person).waitFor();

    // Asking works there too; the mail's link leads on.
    await reader.goto("/recover");
    await reader.getByLabel("E-mail").fill(person.email);
    await reader.getByRole("button", { name: "Send me a code" }).click();
    await reader.getByRole("heading", { name: "a mail is on its way" }).waitFor();
  },
);
