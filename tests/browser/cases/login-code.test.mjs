import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { assertAccessible } from "../support/axe.mjs";
import { choose, offered, scan } from "../support/link-pages.mjs";
import { latestMail } from "../support/mail.mjs";
import { screenshots } from "../support/paths.mjs";
import { shopTest, withBrowser } from "../support/shop.mjs";
import { menuButton, noted, signUp } from "../support/steps.mjs";

withBrowser();
mkdirSync(screenshots, { recursive: true });

const variants = {
  "desktop-light": { viewport: { width: 1280, height: 800 } },
  "phone-dark": { viewport: { width: 360, height: 740 }, colorScheme: "dark" },
};
const phone = variants["phone-dark"];

async function look(page, name) {
  await assertAccessible(page, name);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${name}: ${overflow} px too wide`);
  await page.screenshot({ path: `${screenshots}${name}.png`, fullPage: true });
}

const isFocused = (field) => field.evaluate((input) => input === document.activeElement);
const wrong = (code) => `${code[0] === "1" ? 2 : 1}${code.slice(1)}`;

/** Somebody whose address is proven; `after` is the number of the mail that did it. */
async function proven(server, visitor) {
  const { page, person } = await signUp(await visitor());
  await page.getByRole("button", { name: "Send me a code" }).click();
  const { code, number } = await latestMail(server, person.email);
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Confirm" }).click();
  await noted(page, "Your e-mail address is confirmed.");
  return { person, after: number };
}

/** From the login page to the step that waits: the page, the number that it shows, and the mail. */
async function asking(server, visitor, { email }, after) {
  const page = await visitor.open("/login");
  await page.getByRole("button", { name: "E-mail me a code instead" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Send me a code" }).click();
  await page.locator(".waits-number").waitFor();
  const number = await page.locator(".waits-number").innerText();
  return { page, number, mail: await latestMail(server, email, after) };
}

async function submitCode(page, code) {
  await page.locator("[name=code]").fill(code);
  await page.locator("main").getByRole("button", { name: "Log in", exact: true }).click();
}

for (const [variant, options] of Object.entries(variants)) {
  shopTest(
    `a code of a mail logs in, without a password: ${variant}`,
    { refusals: ["422 /api/login/code/confirm"] },
    async ({ server, visitor }) => {
      const { person, after } = await proven(server, visitor);
      const page = await (await visitor(options)).open("/login");
      await page.getByRole("button", { name: "E-mail me a code instead" }).click();
      assert.ok(await isFocused(page.getByLabel("E-mail")));
      await look(page, `login-code-ask-${variant}`);
      await page.getByLabel("E-mail").fill(person.email);
      await page.getByRole("button", { name: "Send me a code" }).click();
      await page.getByRole("status").filter({ hasText: "a mail is on its way" }).waitFor();
      assert.match(await page.locator(".waits-number").innerText(), /^[1-9]\d$/);
      assert.ok(await isFocused(page.getByLabel("Or type the code")));
      const again = page.getByRole("button", { name: "Send another mail" });
      assert.equal(await again.getAttribute("aria-disabled"), "true");
      assert.match(await again.innerText(), /in (60|5\d) s/);
      await look(page, `login-code-${variant}`);

      const { code } = await latestMail(server, person.email, after);
      await submitCode(page, wrong(code));
      await page.getByRole("alert").filter({ hasText: "Tries left: 4" }).waitFor();
      await look(page, `login-code-wrong-${variant}`);
      await submitCode(page, ` ${code.slice(0, 4)} ${code.slice(4)}`);
      await page.waitForURL("**/account");
      await menuButton(page, person).waitFor();
    },
  );
}

shopTest(
  "the number is picked where the mail is read, and the device that asked enters by itself",
  {},
  async ({ server, visitor }) => {
    const { person, after } = await proven(server, visitor);
    const desk = await visitor();
    const other = await desk.open("/");
    const { page, number, mail } = await asking(server, desk, person, after);
    const reader = await (await visitor(phone)).open(mail.link);
    assert.equal((await offered(reader)).length, 3);
    await look(reader, "login-link-phone-dark");
    await choose(reader, number);
    await reader.getByRole("heading", { name: "Go on at the other device" }).waitFor();
    await look(reader, "login-link-done-phone-dark");
    await page.waitForURL("**/account");
    await menuButton(page, person).waitFor();
    await menuButton(other, person).waitFor();
    // Nobody is logged in where only the mail was read.
    await reader.goto("/");
    await reader.getByRole("banner").getByRole("link", { name: "Log in" }).waitFor();
  },
);

shopTest(
  "a wrong number lets nobody in, and the page that waited says in the end that it is over",
  { refusals: ["410 /links/login", "410 /api/login/code/poll"] },
  async ({ server, visitor }) => {
    const { person, after } = await proven(server, visitor);
    const { page, number, mail } = await asking(server, await visitor(phone), person, after);
    const reader = await (await visitor()).open(mail.link);
    await choose(
      reader,
      (await offered(reader)).find((value) => value !== number),
    );
    await reader.getByRole("heading", { name: "shows another number" }).waitFor();
    await look(reader, "login-link-wrong-desktop-light");
    await reader.goto(mail.link);
    await reader.getByRole("heading", { name: "not good any more" }).waitFor();
    // For a minute the server takes the mail for one that is still on its way.
    const over = page.locator(".over").filter({ hasText: "not good any more" });
    await over.waitFor({ timeout: 90_000 });
    assert.equal(new URL(page.url()).pathname, "/login");
    await look(page, "login-code-over-phone-dark");
    await page.getByRole("button", { name: "Send another mail" }).click();
    await over.waitFor({ state: "detached" });
    const again = await latestMail(server, person.email, mail.number);
    await submitCode(page, again.code);
    await menuButton(page, person).waitFor();
  },
);

shopTest(
  "where nobody has proven the address, the mail asks for the password, too",
  { refusals: ["422 /api/login/code/confirm", "401 /api/login/code/confirm"] },
  async ({ server, visitor }) => {
    const { person } = await signUp(await visitor());
    const { page, mail } = await asking(server, await visitor(phone), person, 0);
    await submitCode(page, mail.code);
    await page.getByRole("alert").filter({ hasText: "Enter your password" }).waitFor();
    const password = page.getByLabel("Password", { exact: true });
    assert.ok(await isFocused(password));
    await look(page, "login-code-password-phone-dark");
    await password.fill("not my password");
    await submitCode(page, mail.code);
    await page.locator(".form .form-error").filter({ hasText: /\w/ }).waitFor();
    await password.fill(person.password);
    await submitCode(page, mail.code);
    await menuButton(page, person).waitFor();
    assert.equal(server.rows("select count(email_verified_at) as proven from customers")[0].proven, 1);
  },
);

shopTest(
  "where the shop does not want it, it is not offered",
  { settings: () => ({ LOGIN_CODE: "false" }) },
  async ({ visitor }) => {
    const page = await (await visitor()).open("/login");
    await page.getByRole("link", { name: "Forgot your password?" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "E-mail me a code instead" }).count(), 0);
  },
);

shopTest(
  "a program that opens every link, runs what is there and posts it unchosen spends nothing",
  { refusals: ["400 /links/login", "410 /links/login"] },
  async ({ server, visitor }) => {
    const { person, after } = await proven(server, visitor);
    const { page, mail } = await asking(server, await visitor(), person, after);
    for (const posts of [false, true]) {
      const seen = await scan(await visitor(), server, mail, { posts });
      assert.ok(seen.includes(mail.link));
    }
    const grace = await (await visitor(phone)).open(mail.link);
    await choose(grace);
    await menuButton(grace, person).waitFor();
    const again = await (await visitor(phone)).open(mail.link);
    await again.getByRole("heading", { name: "not good any more" }).waitFor();
    await look(again, "login-link-over-phone-dark");
    // Where it was asked for nobody was let in by that.
    assert.equal(new URL(page.url()).pathname, "/login");
  },
);
