import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { extensionId, startExtension } from "../support/extension.mjs";
import { startDoorstep } from "../support/server.mjs";
import { newPerson } from "../support/steps.mjs";

// A real extension, unpacked, in Chromium: what Capacitor, Tauri and Electron do too, an origin that is not of the web.
let shell;
before(async () => {
  shell = await startExtension();
});
after(() => shell?.stop());

const production = (origins) =>
  startDoorstep({
    mode: "production",
    settings: {
      SERVER_PUBLIC_URL: "https://api.shop.example",
      SECRETS_KEY: randomBytes(32).toString("base64"),
      CORS_ORIGINS: origins,
      LOG_FORMAT: "text",
    },
  });

/** Fills the extension's form, and gives what it says in the end, and the origin that it sent. */
async function signUp(server, session = "token", { context, origin: own } = shell) {
  const page = await context.newPage();
  const requests = [];
  page.on("request", (request) => requests.push(request));
  const options = new URLSearchParams({ baseUrl: server.url, session });
  await page.goto(`${own}/signup.html#${options}`);
  const person = newPerson();
  for (const name of ["name", "email", "password"]) {
    await page.locator(`[name=${name}]`).fill(person[name]);
  }
  await page.getByRole("button", { name: "Sign up" }).click();
  const said = page.locator("#said:not(:empty)");
  await said.waitFor();
  const told = await said.textContent();
  const post = requests.find((request) => request.url().endsWith("/api/signup"));
  const origin = (await post?.allHeaders())?.origin;
  await page.close();
  return { told, person, origin };
}

test("production lets a listed extension sign up and read its profile with a token", async () => {
  const server = await production(`https://shop.example,${shell.origin}`);
  try {
    const { told, person, origin } = await signUp(server);
    assert.equal(told, "ok, ok", server.log.join(""));
    assert.equal(origin, `chrome-extension://${extensionId()}`);
    assert.equal(server.rows("select email from customers")[0].email, person.email);
    assert.doesNotMatch(server.log.join(""), /DS-\d\d/);
  } finally {
    await server.stop();
  }
});

test("an extension that is not listed is told the line that allows it", async () => {
  const server = await production("https://shop.example");
  try {
    const { told } = await signUp(server);
    const line = `doorstep origins add ${shell.origin}`;
    assert.match(told, /^DS-01 /);
    assert.ok(told.includes(line), told);
    assert.ok(server.log.join("").includes(line), server.log.join(""));
    assert.match(server.log.join(""), /ask for "session": "token"/);
    assert.deepEqual(server.rows("select email from customers"), []);
  } finally {
    await server.stop();
  }
});

test("an extension that asks for a cookie loses it, and the log says what to ask for", async () => {
  const server = await production(shell.origin);
  try {
    const { told } = await signUp(server, "cookie");
    assert.notEqual(told, "ok, ok");
    assert.match(server.log.join(""), /DS-11 .*the page of an app.*ask for "session": "token"/);
  } finally {
    await server.stop();
  }
});

test("an extension with permission for the host needs no entry, with a token", async () => {
  const server = await production("https://shop.example");
  const trusted = await startExtension({ host_permissions: ["http://localhost/*"] });
  try {
    const { told, person } = await signUp(server, "token", trusted);
    assert.equal(told, "ok, ok", server.log.join(""));
    assert.equal(server.rows("select email from customers")[0].email, person.email);
  } finally {
    await trusted.stop();
    await server.stop();
  }
});
