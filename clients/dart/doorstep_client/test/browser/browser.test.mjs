// The client compiled to JavaScript, in a real browser on another origin than the server.
// PAGE_JS: the compiled page.dart; CHROMIUM: the browser.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { startDoorstep } from "../../../../fixture/doorstep.mjs";

const root = new URL("../../../../../", import.meta.url);
const { chromium } = createRequire(new URL("tests/browser/package.json", root))("playwright-core");

let browser;
let page; // the address of the page
let doorstep;
let api;

before(async () => {
  const script = await readFile(process.env.PAGE_JS);
  page = await serve((request, response) => {
    const isScript = request.url === "/page.js";
    response.writeHead(200, { "Content-Type": isScript ? "text/javascript" : "text/html" });
    response.end(isScript ? script : '<!doctype html><title>Shop</title><script src="/page.js"></script>');
  });
  doorstep = await startDoorstep();
  // The same site under another port: another origin, whose cookies are kept.
  api = doorstep.url.replace("127.0.0.1", "localhost");
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      "--host-resolver-rules=MAP shop.test 127.0.0.1",
    ],
  });
});

after(async () => {
  await browser?.close();
  await doorstep?.stop();
  for (const server of servers) server.close();
});

const servers = [];
async function serve(answer) {
  const server = createServer(answer);
  servers.push(server);
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  server.unref();
  return `localhost:${server.address().port}`;
}

/** A tab on the page, and what the client in it says. */
async function open(context, { host = page, base = api, timeout = 10_000 } = {}) {
  const tab = await context.newPage();
  const errors = [];
  tab.on("pageerror", (error) => errors.push(`${error}`));
  await tab.goto(`http://${host}/?timeout=${timeout}&api=${encodeURIComponent(base)}`);
  await tab.waitForFunction(() => globalThis.act);
  return {
    errors,
    act: async (name) => JSON.parse(await tab.evaluate((what) => globalThis.act(what), name)),
    becomes: async (state) => {
      for (let i = 0; i < 50; i++) {
        const now = JSON.parse(await tab.evaluate(() => globalThis.act("state"))).state;
        if (now === state) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.fail(`never became ${state}`);
    },
    cookie: () => tab.evaluate(() => document.cookie),
    tab,
  };
}

test("a customer signs up, and the cookie keeps the session", async () => {
  const context = await browser.newContext();
  const shop = await open(context);
  const visitor = await shop.act("restore");
  assert.deepEqual([visitor.state, visitor.log], ["visitor", []]);
  const result = await shop.act("signUp");
  assert.deepEqual([result.type, result.state, result.code], ["SignUpOk", "José", null]);
  const cookie = (await context.cookies(api)).find(({ name }) => !name.endsWith("-device"));
  assert.equal(cookie.httpOnly, true);
  assert.equal(await shop.cookie(), "", "no script sees it");
  const later = await open(context);
  assert.equal((await later.act("restore")).state, "José");
  assert.deepEqual([...shop.errors, ...later.errors], []);
});

test("tabs follow each other", async () => {
  const context = await browser.newContext();
  const [one, two] = [await open(context), await open(context)];
  await two.act("restore");
  await one.act("login");
  await two.becomes("José");
  await one.act("rename");
  await two.becomes("Ada King");
  await two.act("logout");
  await one.becomes("loggedOut");
  // What the browser keeps of the customer is that the device is known.
  const left = (await context.cookies(api)).map(({ name }) => name);
  assert.deepEqual(left.filter((name) => !name.endsWith("-device")), []);
});

test("an origin that is not allowed is DS-01", async () => {
  const context = await browser.newContext();
  const host = page.replace("localhost", "shop.test");
  const shop = await open(context, { host });
  const result = await shop.act("login");
  assert.equal(result.type, "LoginUnavailable");
  assert.deepEqual([result.code, result.reason], ["unreachable", "cors"]);
  assert.match(result.hint, new RegExp(`^DS-01 .*doorstep origins add http://${host}$`));
  assert.ok(result.log.some((line) => line.includes("DS-01")));
  assert.ok((await shop.act("diagnose")).hints.some((hint) => hint.startsWith("DS-01 ")));
  assert.deepEqual(shop.errors, []);
});

test("two names of one machine are DS-09 before anything is lost", async () => {
  const shop = await open(await browser.newContext(), { base: doorstep.url });
  const { log } = await shop.act("state");
  assert.ok(
    log.some((line) => line.includes("DS-09")),
    `${log}`,
  );
});

test("diagnose measures the way there and back, cookie included", async () => {
  const sound = await open(await browser.newContext());
  assert.deepEqual((await sound.act("diagnose")).hints, []);
  const lossy = await open(await browser.newContext(), { base: doorstep.url });
  const { hints, pages } = await lossy.act("diagnose");
  assert.equal(hints.length, 1);
  assert.match(hints[0], /^DS-09 .* Set baseUrl to http:\/\/localhost:\d+\.$/);
  assert.deepEqual(pages, [`${doorstep.url}/errors/DS-09`]);
  assert.deepEqual([...sound.errors, ...lossy.errors], []);
});

test("nobody there is DS-25, and a session that is not known stays unknown", async () => {
  const shop = await open(await browser.newContext(), { base: "http://localhost:9" });
  const result = await shop.act("login");
  assert.equal(result.reason, "unreachable");
  assert.match(result.hint, /^DS-25 /);
  assert.equal((await shop.act("restore")).state, "unknown");
});

test("silence, redirects and web pages are told apart", async () => {
  const cors = {
    "Access-Control-Allow-Origin": `http://${page}`,
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Headers": "content-type",
  };
  let kind;
  const bad = await serve((request, response) => {
    if (request.method === "OPTIONS") return response.writeHead(204, cors).end();
    if (kind === "page") {
      return response
        .writeHead(502, { ...cors, "Content-Type": "text/html" })
        .end("<title>Bad Gateway</title>");
    }
    if (kind === "redirect") return response.writeHead(308, { ...cors, Location: "/else" }).end();
    if (kind === "late body") {
      response.writeHead(200, { ...cors, "Content-Type": "application/json" }).write("{");
    }
  });
  const shop = await open(await browser.newContext(), { base: `http://${bad}`, timeout: 400 });
  const expected = [
    ["page", "unexpected_answer", "notJson", "DS-20"],
    ["redirect", "redirected", "redirected", "DS-19"],
    ["silence", "no_answer_in_time", "timeout", "DS-32"],
    ["late body", "no_answer_in_time", "timeout", "DS-32"],
  ];
  for (const [name, code, reason, id] of expected) {
    kind = name;
    const result = await shop.act("login");
    assert.deepEqual([result.code, result.reason, result.hint.slice(0, 5)], [code, reason, id], name);
  }
  assert.deepEqual(shop.errors, []);
});

test("a relative base URL is the page's own host", async () => {
  const shop = await open(await browser.newContext(), { base: "/" });
  const result = await shop.act("policy");
  assert.match(result.hint, /^DS-20 http:\/\/localhost:\d+\/api\/policy returned a web page \(200 "Shop"\)/);
});
