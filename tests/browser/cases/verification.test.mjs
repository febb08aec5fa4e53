import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before } from "node:test";
import { assertAccessible } from "../support/axe.mjs";
import { latestMail } from "../support/mail.mjs";
import { screenshots } from "../support/paths.mjs";
import { startRefusingPost } from "../support/refusing-post.mjs";
import { shopTest, withBrowser } from "../support/shop.mjs";
import { noted, signUp } from "../support/steps.mjs";

withBrowser();
mkdirSync(screenshots, { recursive: true });

let post;
before(async () => {
  post = await startRefusingPost();
});
after(() => post.close());

const phone = { viewport: { width: 360, height: 740 }, colorScheme: "dark" };
const notice = (page) => page.getByRole("region", { name: "Your address is not confirmed" });
const askForCode = (page) => notice(page).getByRole("button", { name: "Send me a code" }).click();

async function look(page, name) {
  await assertAccessible(page, name);
  await page.screenshot({ path: `${screenshots}${name}.png`, fullPage: true });
}

shopTest(
  "an address is confirmed by the code of a mail, in every tab",
  { refusals: ["422 /api/verification/confirm"] },
  async ({ server, visitor }) => {
    const grace = await visitor(phone);
    const { page, person } = await signUp(grace);
    await notice(page).waitFor();
    const second = await grace.open("/account");
    await askForCode(page);
    const { code } = await latestMail(server, person.email);
    const enter = async (text) => {
      await notice(page).getByLabel("Code").fill(text);
      await notice(page).getByRole("button", { name: "Confirm" }).click();
    };
    await enter(`${code[0] === "1" ? 2 : 1}${code.slice(1)}`);
    await notice(page).getByRole("alert").filter({ hasText: "Tries left: 4" }).waitFor();
    await look(page, "confirming-phone-dark");
    await notice(second).waitFor();
    await enter(code);
    await noted(page, "Your e-mail address is confirmed.");
    await notice(page).waitFor({ state: "detached" });
    await notice(second).waitFor({ state: "detached" });
    const heading = page.getByRole("heading", { name: "Profile" });
    assert.ok(await heading.evaluate((element) => element === document.activeElement));
    const rows = server.rows("select count(email_verified_at) as proven from customers");
    assert.equal(rows[0].proven, 1);
  },
);

shopTest("whoever comes back from the mail's link is not asked any more", {}, async ({ server, visitor }) => {
  const grace = await visitor();
  const { page, person } = await signUp(grace);
  await askForCode(page);
  const { link } = await latestMail(server, person.email);
  const reader = await grace.open(link);
  await reader.getByRole("button").click();
  await reader.getByRole("status").filter({ hasText: "is confirmed" }).waitFor();
  await notice(page).waitFor();
  // A browser without windows gives no focus of its own accord.
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await notice(page).waitFor({ state: "detached" });
});

shopTest(
  "whose mails come back is told so",
  { settings: () => ({ MAIL_URL: post.url, MAIL_FROM: "shop@longstone.example" }) },
  async ({ visitor }) => {
    const { page } = await signUp(await visitor());
    await askForCode(page);
    await notice(page).getByLabel("Code").waitFor();
    // The refusal comes after the answer, as fast as the mail server is.
    const told = page.getByRole("region", { name: "Our mails to you come back" });
    while (!(await told.isVisible())) {
      await page.reload();
      await told.or(notice(page)).waitFor();
    }
    await look(page, "undeliverable-desktop-light");
  },
);
