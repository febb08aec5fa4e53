import assert from "node:assert/strict";
import { shopTest, withBrowser } from "../support/shop.mjs";
import { fillLogIn, loggedOut, logIn, logOut, menuButton, signUp } from "../support/steps.mjs";

withBrowser();

/** Notes every text that the account corner of the header ever shows, from the first paint on. */
function recordAccountSlot() {
  globalThis.shown = [];
  const note = () => {
    // innerText leaves out what is not displayed, such as the links for visitors without JavaScript.
    const text = document.querySelector(".account-slot")?.innerText.replace(/\s+/g, " ").trim();
    if (text !== undefined && text !== globalThis.shown.at(-1)) globalThis.shown.push(text);
  };
  new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true });
}

async function shownAfterReload(page) {
  await page.reload();
  await page.locator(".account-slot:not([data-session=loading])").waitFor();
  return page.evaluate(() => globalThis.shown);
}

shopTest("a reload keeps the customer, and never shows anything else", {}, async ({ visitor }) => {
  const grace = await visitor();
  await grace.context.addInitScript(recordAccountSlot);
  const { page, person } = await signUp(grace);
  for (const path of ["/account", "/", "/product/enamel-mug"]) {
    await page.goto(path);
    const shown = await shownAfterReload(page);
    assert.match(shown.at(-1), new RegExp(person.name));
    assert.ok(!shown.some((text) => /log in|sign up/i.test(text)), `${path} showed ${JSON.stringify(shown)}`);
  }
});

shopTest("the recorder would have seen a signed-out header", {}, async ({ visitor }) => {
  const nobody = await visitor();
  await nobody.context.addInitScript(recordAccountSlot);
  const page = await nobody.open("/");
  const shown = await shownAfterReload(page);
  assert.deepEqual(shown, ["Account", "Log in Sign up"]);
});

shopTest("a second tab follows sign-up, logout and login", {}, async ({ visitor }) => {
  const grace = await visitor();
  const watching = await grace.open("/");
  await loggedOut(watching);
  const { page, person } = await signUp(grace);
  await menuButton(watching, person).waitFor();

  await logOut(watching, person);
  await loggedOut(page);
  await page.getByText("You are not logged in.").waitFor();

  await watching.goto("/login");
  await fillLogIn(watching, person);
  await menuButton(page, person).waitFor();
  await page.getByText(person.email).waitFor();
});

shopTest(
  "a tab that stands on the login page leaves it when another tab logs in",
  {},
  async ({ visitor }) => {
    const grace = await visitor();
    const waiting = await grace.open("/login?next=/account/addresses");
    await signUp(grace);
    await waiting.waitForURL("**/account/addresses");
  },
);

shopTest("after the login the customer is where they wanted to go", {}, async ({ visitor }) => {
  const { person } = await signUp(await visitor());
  const grace = await visitor();
  const page = await grace.open("/account/security");
  await page.getByRole("main").getByRole("link", { name: "Log in" }).click();
  await fillLogIn(page, person);
  await page.waitForURL("**/account/security");
});

shopTest("the login never leads to another site", {}, async ({ server, visitor }) => {
  const { person } = await signUp(await visitor());
  for (const next of ["//evil.example/", "/\\evil.example", "https://evil.example/"]) {
    const page = await (await visitor()).open(`/login?next=${encodeURIComponent(next)}`);
    await fillLogIn(page, person);
    await menuButton(page, person).waitFor();
    assert.equal(page.url(), `${server.url}/account`);
  }
});

shopTest(
  "a wrong password is refused, the right one is not",
  { refusals: ["401 /api/login"] },
  async ({ visitor }) => {
    const { person } = await signUp(await visitor());
    const grace = await visitor();
    const page = await grace.open("/login");
    await fillLogIn(page, { ...person, password: "not the password" });
    await page.locator(".form-error").filter({ hasText: /\w/ }).waitFor();
    await fillLogIn(page, { email: "nobody@longstone.example", password: "not the password" });
    await page.locator(".form-error").filter({ hasText: /\w/ }).waitFor();
    await page.close();
    await logIn(grace, person);
  },
);
