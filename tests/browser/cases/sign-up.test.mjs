import assert from "node:assert/strict";
import { shopTest, withBrowser } from "../support/shop.mjs";
import { fillSignUp, loggedOut, menuButton, newPerson, pressSignUp, signUp } from "../support/steps.mjs";

withBrowser();

const PUT_IN_DATABASE = "select name, email from customers";

shopTest("a visitor opens an account and is in the database", {}, async ({ server, visitor }) => {
  const grace = await visitor();
  const { page, person } = await signUp(grace);
  await page.getByText(person.email).waitFor();
  const [row, ...others] = server.rows(PUT_IN_DATABASE);
  assert.deepEqual([row.name, row.email, others.length], [person.name, person.email, 0]);
});

shopTest("the session cookie cannot be read by a script", {}, async ({ visitor }) => {
  const grace = await visitor();
  const { page } = await signUp(grace);
  const cookie = (await grace.context.cookies()).find(({ name }) => !name.endsWith("-device"));
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, "Lax");
  const readable = await page.evaluate(() => document.cookie + JSON.stringify({ ...localStorage }));
  assert.ok(!readable.includes(cookie.value));
});

shopTest("a double click opens one account", {}, async ({ server, visitor }) => {
  const grace = await visitor();
  const page = await grace.open("/signup");
  const posts = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await fillSignUp(page, newPerson());
  await page.getByRole("button", { name: "Open the account" }).dblclick();
  await page.waitForURL("**/account");
  assert.equal(posts.length, 1);
  assert.equal(server.rows(PUT_IN_DATABASE).length, 1);
});

shopTest(
  "what is wrong stands beside its field, and the first such field has the focus",
  { refusals: ["400 /api/signup", "422 /api/signup"] },
  async ({ server, visitor }) => {
    const grace = await visitor();
    const page = await grace.open("/signup");
    await pressSignUp(page);
    await page.getByRole("alert").filter({ hasText: /\w/ }).first().waitFor();

    await fillSignUp(page, { name: "Grace", email: "grace@", password: "short" });
    await pressSignUp(page);
    const email = page.getByLabel("E-mail");
    await page.locator("input[name=password][aria-invalid=true]").waitFor();
    assert.equal(await email.getAttribute("aria-invalid"), "true");
    assert.equal(await email.inputValue(), "grace@", "what was typed stays");
    assert.ok(await email.evaluate((input) => input === document.activeElement));
    for (const name of ["email", "password"]) {
      const row = page.locator(".form-row", { has: page.locator(`[name=${name}]`) });
      assert.match(await row.getByRole("alert").innerText(), /\w/);
      const described = await row.locator("input").getAttribute("aria-describedby");
      assert.ok(described.split(" ").includes(await row.getByRole("alert").getAttribute("id")));
    }
    assert.equal(server.rows(PUT_IN_DATABASE).length, 0);
  },
);

shopTest(
  "an address that is taken is refused beside the field",
  { refusals: ["409 /api/signup"] },
  async ({ server, visitor }) => {
    const { person } = await signUp(await visitor());
    const second = await visitor();
    const page = await second.open("/signup");
    await fillSignUp(page, {
      ...person,
      email: person.email.toUpperCase(),
      password: "another long sentence",
    });
    await pressSignUp(page);
    const row = page.locator(".form-row", { has: page.locator("[name=email]") });
    await row.getByRole("alert").filter({ hasText: /\w/ }).waitFor();
    assert.equal(server.rows(PUT_IN_DATABASE).length, 1);
  },
);

shopTest("a name is shown as text, whatever is in it", {}, async ({ visitor }) => {
  const person = newPerson(`"><img src=x onerror="document.title='gone'">`);
  const { page } = await signUp(await visitor(), person);
  assert.equal(await menuButton(page, person).locator(".menu-name").innerText(), person.name);
  assert.match(await page.title(), /^Your account/);
});

shopTest("an unknown address shows that it is unknown", {}, async ({ visitor }) => {
  const page = await (await visitor()).open("/no-such-page");
  await page.getByRole("heading", { name: "Nothing here but fog" }).waitFor();
  await loggedOut(page);
});
