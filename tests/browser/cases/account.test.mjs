import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { shopTest, withBrowser } from "../support/shop.mjs";
import {
  fillLogIn,
  loggedOut,
  logIn,
  menuButton,
  newPerson,
  noted,
  signUp,
  statusOf,
} from "../support/steps.mjs";

withBrowser();

shopTest("the profile is changed and stays changed", {}, async ({ visitor }) => {
  const { page } = await signUp(await visitor());
  await page.getByLabel("Name").fill("Grace Horsley Darling");
  await page.getByLabel("Phone").fill("+44 1665 720000");
  await page.getByRole("button", { name: "Save" }).click();
  await noted(page, "Your profile is saved.");
  await menuButton(page, { name: "Grace Horsley Darling" }).waitFor();
  await page.reload();
  await page.getByLabel("Phone").waitFor();
  assert.equal(await page.getByLabel("Phone").inputValue(), "+441665720000", "kept in one form");
});

shopTest(
  "a change from two tabs is not lost without a word",
  { refusals: ["412 /api/user", "400 /api/user"] },
  async ({ server, visitor }) => {
    const grace = await visitor();
    const { page } = await signUp(grace);
    // Behind the page's back, as another device would do it.
    await grace.context.request.patch(`${server.url}/api/user`, {
      data: { name: "Grace of the Farne" },
      headers: { Origin: server.url },
    });
    await page.getByLabel("Name").fill("Somebody Else");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".form-error").filter({ hasText: /\w/ }).waitFor();
    await menuButton(page, { name: "Grace of the Farne" }).waitFor();

    await page.getByLabel("Name").fill(" ");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator("[name=name][aria-invalid=true]").waitFor();
    assert.equal(server.rows("select name from customers")[0].name, "Grace of the Farne");
  },
);

shopTest(
  "the other device is ended and is out at once",
  { refusals: ["401 /api/sessions"] },
  async ({ visitor }) => {
    const { page, person } = await signUp(await visitor());
    const phone = await logIn(await visitor({ viewport: { width: 390, height: 844 } }), person);
    await page.goto("/account/security");
    await page.getByText("This device").waitFor();
    await page.getByRole("button", { name: /^End .*Chrom/ }).click();
    await noted(page, "That device is logged out.");
    assert.equal(await page.locator(".thing").count(), 1);

    assert.equal(await statusOf(phone, "/api/sessions"), 401);
    await phone.reload();
    await loggedOut(phone);
    assert.equal(await statusOf(page, "/api/sessions"), 200);
  },
);

shopTest("all other devices are ended together", { refusals: ["401 /api/sessions"] }, async ({ visitor }) => {
  const { page, person } = await signUp(await visitor());
  const others = [await logIn(await visitor(), person), await logIn(await visitor(), person)];
  await page.goto("/account/security");
  await page.getByRole("button", { name: "End all others" }).click();
  await noted(page, "Every other device is logged out.");
  for (const other of others) assert.equal(await statusOf(other, "/api/sessions"), 401);
  assert.equal(await statusOf(page, "/api/sessions"), 200);
});

shopTest(
  "the password is changed: the old one is dead, other devices are out",
  { refusals: ["401 /api/user/password", "401 /api/sessions", "401 /api/login"] },
  async ({ visitor }) => {
    const { page, person } = await signUp(await visitor());
    const phone = await logIn(await visitor(), person);
    const changed = { ...person, password: "nine days in the long stone" };
    const fill = async (now, then) => {
      await page.getByLabel("Password now").fill(now);
      await page.getByLabel("New password").fill(then);
      await page.getByRole("button", { name: "Change password" }).click();
    };

    await page.goto("/account/security");
    await fill("not my password", changed.password);
    await page.locator(".form .error").filter({ hasText: /\w/ }).first().waitFor();
    await fill(person.password, changed.password);
    await noted(page, "Your password is changed.");
    assert.equal(await page.getByLabel("New password").inputValue(), "");
    assert.equal(await statusOf(page, "/api/sessions"), 200);
    assert.equal(await statusOf(phone, "/api/sessions"), 401);

    const login = await (await visitor()).open("/login");
    await fillLogIn(login, person);
    await login.locator(".form-error").filter({ hasText: /\w/ }).waitFor();
    await fillLogIn(login, changed);
    await menuButton(login, person).waitFor();
  },
);

shopTest(
  "the account is deleted, and nothing personal is left",
  { refusals: ["401 /api/user", "401 /api/login"] },
  async ({ server, visitor }) => {
    const grace = await visitor();
    const { page, person } = await signUp(grace);
    const second = await grace.open("/account");
    await page.goto("/account/data");
    await page.getByLabel("Your password, to be sure").fill("not my password");
    await page.getByRole("button", { name: "Delete my account" }).click();
    await page.locator(".form .error").filter({ hasText: /\w/ }).first().waitFor();
    await menuButton(page, person).waitFor();

    await page.getByLabel("Your password, to be sure").fill(person.password);
    await page.getByRole("button", { name: "Delete my account" }).click();
    await noted(page, "Your account is deleted.");
    await loggedOut(page);
    await loggedOut(second);
    const left = JSON.stringify(server.rows("select * from customers"));
    assert.ok(!left.includes(person.name) && !left.includes(person.email), left);

    await page.goto("/login");
    await fillLogIn(page, person);
    await page.locator(".form-error").filter({ hasText: /\w/ }).waitFor();
    await page.close();
    await signUp(grace, person);
  },
);

shopTest("everything stored is downloaded in one file", {}, async ({ visitor }) => {
  const { page, person } = await signUp(await visitor(), newPerson("Søren Ørsted"));
  await page.goto("/account/data");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download my data" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "my-account.json");
  const text = await readFile(await download.path(), "utf8");
  JSON.parse(text);
  assert.ok(text.includes(person.email) && text.includes(person.name));
  assert.ok(!/argon2|\$2[aby]\$|ds_/.test(text), "no hash and no secret");
});
