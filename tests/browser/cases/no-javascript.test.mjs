import assert from "node:assert/strict";
import { shopTest, withBrowser } from "../support/shop.mjs";
import { fillLogIn, fillSignUp, newPerson, pressSignUp } from "../support/steps.mjs";

withBrowser();

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

shopTest(
  "without JavaScript a refusal is a page that a person can read",
  { refusals: ["401 /api/login", "422 /api/signup"] },
  async ({ server, visitor }) => {
    const page = await (await visitor(plain)).open("/login");
    await fillLogIn(page, { email: "nobody@longstone.example", password: "not the password" });
    await page.waitForURL("**/api/login");
    const text = await page.locator("body").innerText();
    assert.match(text, /password/i);
    assert.ok(!text.includes("{"), "not raw JSON");

    await page.goto("/signup");
    await fillSignUp(page, { ...newPerson(), email: "grace@" });
    await pressSignUp(page);
    assert.match(await page.locator("body").innerText(), /e-mail/i);
    assert.equal(server.rows("select * from customers").length, 0);
  },
);

shopTest("without JavaScript the shop can be read", {}, async ({ visitor }) => {
  const page = await (await visitor(plain)).open("/");
  await page.getByRole("link", { name: "Storm lantern" }).click();
  await page.getByRole("heading", { name: "Storm lantern" }).waitFor();
  assert.equal(await page.title(), "Storm lantern · Gale & Kettle");
});
