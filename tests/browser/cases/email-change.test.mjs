import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { assertAccessible } from "../support/axe.mjs";
import { scan } from "../support/link-pages.mjs";
import { latestMail } from "../support/mail.mjs";
import { screenshots } from "../support/paths.mjs";
import { shopTest, withBrowser } from "../support/shop.mjs";
import { fillLogIn, loggedOut, menuButton, noted, signUp } from "../support/steps.mjs";

withBrowser();
mkdirSync(screenshots, { recursive: true });

const variants = {
  "desktop-light": { viewport: { width: 1280, height: 800 } },
  "phone-dark": { viewport: { width: 360, height: 740 }, colorScheme: "dark" },
};
const panel = (page) => page.getByRole("region", { name: "E-mail address" });

async function look(page, name) {
  await assertAccessible(page, name);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${name}: ${overflow} px too wide`);
  await page.screenshot({ path: `${screenshots}${name}.png`, fullPage: true });
}

async function askFor(page, newEmail, password) {
  await panel(page).getByLabel("New e-mail").fill(newEmail);
  await panel(page).getByLabel("Your password").fill(password);
  await panel(page).getByRole("button", { name: "Change address" }).click();
}

async function enter(page, code) {
  await panel(page).getByLabel("Code").fill(code);
  await panel(page).getByRole("button", { name: "Confirm" }).click();
}

/** Proves the address that the account was opened with: only then does it have a say later. */
async function prove(server, page, { email }) {
  await page.getByRole("button", { name: "Send me a code" }).click();
  const { code, number } = await latestMail(server, email);
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Confirm" }).click();
  await noted(page, "Your e-mail address is confirmed.");
  return number;
}

for (const [variant, options] of Object.entries(variants)) {
  shopTest(
    `another address is confirmed by its mail, and the former one takes it back: ${variant}`,
    {
      refusals: [
        "400 /links/undo",
        "401 /api/user/email",
        "410 /links/undo",
        "422 /api/user/email",
        "422 /api/user/email/confirm",
      ],
    },
    async ({ server, visitor }) => {
      const grace = await visitor(options);
      const { page, person } = await signUp(grace);
      const after = await prove(server, page, person);
      const newEmail = `light.${person.email}`;
      await page.goto("/account/security");
      await askFor(page, newEmail, "not my password");
      await panel(page).locator(".form-error").filter({ hasText: /\w/ }).waitFor();
      await askFor(page, person.email, person.password);
      await panel(page).locator("[name=newEmail][aria-invalid=true]").waitFor();
      await look(page, `email-refused-${variant}`);
      await askFor(page, newEmail, person.password);
      await panel(page).getByRole("status").filter({ hasText: "on its way to the new address" }).waitFor();
      const { code } = await latestMail(server, newEmail);
      await enter(page, `${code[0] === "1" ? 2 : 1}${code.slice(1)}`);
      await panel(page).getByRole("alert").filter({ hasText: "Tries left: 4" }).waitFor();
      await look(page, `email-code-${variant}`);
      await enter(page, code);
      await noted(page, "Your e-mail address is changed");
      await panel(page).getByText(newEmail).waitFor();
      await page.getByRole("listitem").filter({ hasText: "You changed your e-mail address" }).waitFor();
      await look(page, `email-changed-${variant}`);

      const told = await latestMail(server, person.email, after);
      assert.equal(new URL(told.link).pathname, "/links/undo");
      await scan(await visitor(), server, told, { posts: true });
      const reader = await (await visitor(options)).open(told.link);
      await look(reader, `email-undo-${variant}`);
      await reader.getByRole("checkbox", { name: "It was not me" }).check();
      await reader.getByRole("button", { name: "Take it back" }).click();
      await reader.getByText("has its former address again").waitFor();
      await page.reload();
      await loggedOut(page);
      await reader.goto(told.link);
      await reader.getByRole("heading", { name: "not good any more" }).waitFor();
      assert.deepEqual(server.rows("select email from customers"), [{ email: person.email }]);
    },
  );
}

shopTest("whoever comes back from the link has the new address, and logs in with it", {}, async (its) => {
  const { server, visitor } = its;
  const grace = await visitor();
  const { page, person } = await signUp(grace);
  const newEmail = `light.${person.email}`;
  await page.goto("/account/security");
  await askFor(page, newEmail, person.password);
  const { link } = await latestMail(server, newEmail);
  const reader = await grace.open(link);
  await reader.getByRole("button").click();
  await reader.getByText("Your e-mail address is changed").waitFor();
  // A browser without windows gives no focus of its own accord.
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await panel(page).getByRole("button", { name: "Change it again" }).waitFor();
  const login = await (await visitor()).open("/login");
  await fillLogIn(login, { ...person, email: newEmail });
  await menuButton(login, person).waitFor();
});

shopTest("what has happened is listed, and older entries come when they are asked for", {}, async (its) => {
  const { visitor, server } = its;
  const grace = await visitor(variants["phone-dark"]);
  const { page } = await signUp(grace);
  for (let change = 0; change < 51; change++) {
    const answer = await grace.context.request.patch(`${server.url}/api/user`, {
      data: { name: `Grace ${change}` },
      headers: { Origin: server.url, "If-Match": "*" },
    });
    assert.ok(answer.ok(), `${answer.status()}`);
  }
  await page.goto("/account/security");
  const happened = page.getByRole("region", { name: "What has happened" });
  await happened.getByText("You changed your profile").first().waitFor();
  assert.equal(await happened.getByRole("listitem").count(), 50);
  await happened.getByRole("button", { name: "Older" }).click();
  const first = happened.getByRole("listitem").filter({ hasText: "You created your account" });
  await first.waitFor();
  assert.match(await first.innerText(), /Chrom\w* on Linux/);
  assert.equal(await happened.getByRole("button", { name: "Older" }).count(), 0);
  const focused = await page.evaluate(() => document.activeElement.className);
  assert.equal(focused, "event", "reading goes on where the new entries begin");
  await look(page, "timeline-phone-dark");
});
