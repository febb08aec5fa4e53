import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { assertAccessible } from "../support/axe.mjs";
import { scan } from "../support/link-pages.mjs";
import { latestMail } from "../support/mail.mjs";
import { screenshots } from "../support/paths.mjs";
import { shopTest, withBrowser } from "../support/shop.mjs";
import { fillLogIn, fillSignUp, menuButton, newPerson, noted, pressSignUp } from "../support/steps.mjs";

withBrowser();
mkdirSync(screenshots, { recursive: true });

const variants = {
  "desktop-light": { viewport: { width: 1280, height: 800 } },
  "phone-dark": { viewport: { width: 360, height: 740 }, colorScheme: "dark" },
};
const before = () => ({ SIGNUP_VERIFICATION: "before" });

async function look(page, name) {
  await assertAccessible(page, name);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${name}: ${overflow} px too wide`);
  await page.screenshot({ path: `${screenshots}${name}.png`, fullPage: true });
}

/** Up to the step that waits for the mail. */
async function signingUp(visitor, person = newPerson()) {
  const page = await visitor.open("/signup");
  await fillSignUp(page, person);
  await pressSignUp(page);
  await page.getByRole("heading", { name: "Check your mail" }).waitFor();
  return { page, person };
}

async function enter(page, code) {
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Confirm and log in" }).click();
}

for (const [variant, options] of Object.entries(variants)) {
  shopTest(
    `where the address is proven first, the code of the mail opens the account: ${variant}`,
    { settings: before, refusals: ["422 /api/verification/confirm"] },
    async ({ server, visitor }) => {
      const { page, person } = await signingUp(await visitor(options));
      await page.getByRole("status").filter({ hasText: "Almost done" }).waitFor();
      assert.ok(
        await page.getByLabel("Code").evaluate((input) => input === document.activeElement),
        "the code is typed at once",
      );
      await look(page, `signup-code-${variant}`);
      const { code } = await latestMail(server, person.email);
      await enter(page, `${code[0] === "1" ? 2 : 1}${code.slice(1)}`);
      await page.getByRole("alert").filter({ hasText: "Tries left: 4" }).waitFor();
      await look(page, `signup-code-wrong-${variant}`);
      await enter(page, code);
      await page.waitForURL("**/account");
      await menuButton(page, person).waitFor();
      const [{ proven }] = server.rows("select count(email_verified_at) as proven from customers");
      assert.equal(proven, 1);
    },
  );
}

shopTest(
  "whoever logs in too early is told, and the mail that is sent again does it",
  { settings: before, refusals: ["400 /links/verify", "401 /api/login"] },
  async ({ server, visitor }) => {
    const { person } = await signingUp(await visitor());
    const { number } = await latestMail(server, person.email);
    const page = await (await visitor(variants["phone-dark"])).open("/login");
    await fillLogIn(page, person);
    await page.locator(".form-error").filter({ hasText: "not confirmed yet" }).waitFor();
    await look(page, "login-unverified-phone-dark");
    await page.getByRole("button", { name: "Send me another mail" }).click();
    await noted(page, "a mail is on its way");
    const mail = await latestMail(server, person.email, number);
    await scan(await visitor(), server, mail, { posts: true });
    const reader = await (await visitor()).open(mail.link);
    await reader.getByLabel("Password", { exact: true }).fill(person.password);
    await reader.getByRole("button").click();
    await reader.getByText("Your e-mail address is confirmed").waitFor();
    await fillLogIn(page, person);
    await menuButton(page, person).waitFor();
  },
);

shopTest(
  "the second sign-up with an address looks like the first, and its owner is told by mail",
  { settings: before },
  async ({ server, visitor }) => {
    const { page, person } = await signingUp(await visitor());
    const { code, number } = await latestMail(server, person.email);
    await enter(page, code);
    await menuButton(page, person).waitFor();
    const { page: again } = await signingUp(await visitor(), { ...person, name: "Somebody Else" });
    await again.getByRole("status").filter({ hasText: "Almost done" }).waitFor();
    const told = await latestMail(server, person.email, number, "already_registered");
    assert.equal(told.code ?? null, null);
  },
);
