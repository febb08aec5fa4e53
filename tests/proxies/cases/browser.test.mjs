import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { after, before, test } from "node:test";
import { launch, newVisitor } from "../../browser/support/browser.mjs";
import { loggedOut, logOut, menuButton, newPerson, signUp } from "../../browser/support/steps.mjs";
import { startCaddy } from "../support/caddy.mjs";
import { startNginx } from "../support/nginx.mjs";
import { storefrontDist } from "../support/paths.mjs";
import { EXPLAINED } from "../support/promises.mjs";
import { openBehindTls, openInDev } from "../support/site.mjs";
import { startViteStorefront } from "../support/vite.mjs";

const wanted = (process.env.PROXIES ?? "nginx caddy vite next").split(" ");
const programs = [
  { recipe: "nginx", ending: "conf", startProxy: startNginx },
  { recipe: "caddy", ending: "Caddyfile", startProxy: startCaddy },
].filter(({ recipe }) => wanted.includes(recipe));
const TIMEOUT = { timeout: 240_000 };
// The authority is the test's own; whether a browser trusts it is not the question here.
const TRUSTING = { ignoreHTTPSErrors: true };

let browser;
before(async () => {
  browser = await launch([
    "--host-resolver-rules=MAP shop.example 127.0.0.1, MAP api.shop.example 127.0.0.1",
  ]);
});
after(() => browser.close());

async function using(opening, body) {
  const site = await opening;
  try {
    await body(site);
  } finally {
    await site.stop();
  }
}

/** The site, and its pages on a server of somebody else. */
async function openWithPages(options) {
  const site = await openBehindTls(options);
  const { key, chain } = site.certificates;
  const pages = createServer({ key: readFileSync(key), cert: readFileSync(chain) }, (_, response) =>
    response.setHeader("content-type", "text/html").end("<!doctype html><title>Nordlicht</title>"),
  );
  await new Promise((resolve) => pages.listen(site.pagePort, "127.0.0.1", resolve));
  const stop = async () => {
    pages.closeAllConnections();
    pages.close();
    await site.stop();
  };
  return { ...site, stop };
}

/** Sign-up, a reload, a second tab and log-out in the storefront, with nothing in the console. */
async function goesShopping(site, options) {
  const visitor = await newVisitor(browser, site.url.origin, options);
  const { page, person } = await signUp(visitor);
  await page.reload();
  await menuButton(page, person).waitFor();
  const second = await visitor.open("/account/security");
  await second.getByText("This device").waitFor();
  const cookie = (await visitor.context.cookies()).find(({ name }) => !name.endsWith("-device"));
  await logOut(page, person);
  await loggedOut(second);
  assert.deepEqual([...visitor.trouble, ...visitor.refusals], []);
  assert.doesNotMatch(site.doorstep.log(), EXPLAINED, "a healthy set-up is nothing to explain");
  return cookie;
}

for (const { recipe, ending, startProxy } of programs) {
  test(`the React storefront works behind ${recipe} with TLS, with a quiet console`, TIMEOUT, () => {
    const opening = openBehindTls({
      recipe,
      file: `one-site.${ending}`,
      isOneSite: true,
      startProxy,
      pages: storefrontDist,
    });
    return using(opening, async (site) => {
      const { name, secure, httpOnly, sameSite } = await goesShopping(site, TRUSTING);
      assert.deepEqual(
        { name, secure, httpOnly, sameSite },
        { name: "__Host-doorstep", secure: true, httpOnly: true, sameSite: "Lax" },
      );
    });
  });

  test(
    `a page reads every answer of an API on a subdomain behind ${recipe}, also ${recipe}'s own`,
    TIMEOUT,
    () => {
      const file = `api-subdomain.${ending}`;
      return using(openWithPages({ recipe, file, startProxy, names: true }), async (site) => {
        const visitor = await newVisitor(browser, site.page, TRUSTING);
        const page = await visitor.open("/");
        const call = (method, path, body) =>
          page.evaluate(fetchThere, [site.url.origin + path, method, body]);
        const person = { ...newPerson(), session: "cookie" };
        assert.equal((await call("POST", "/api/signup", person)).status, 201);
        assert.equal((await call("GET", "/api/user")).body.user.email, person.email);
        for (const size of [300 << 10, 3 << 20]) {
          const refused = await call("POST", "/api/signup", { name: "x".repeat(size) });
          assert.deepEqual([refused.status, refused.body?.code], [413, "payload_too_large"]);
          assert.ok(refused.requestId);
        }
        await site.doorstep.stop();
        const away = await call("PATCH", "/api/user", { name: "Grace" });
        assert.deepEqual([away.status, away.body?.code, away.retryAfter], [503, "unavailable", "5"]);
        assert.ok(away.requestId);
        await site.doorstep.startAgain();
        assert.equal((await call("GET", "/api/user")).body.user.email, person.email);
        assert.deepEqual(visitor.trouble, []);
      });
    },
  );
}

if (wanted.includes("vite"))
  test("the React storefront works behind Vite's proxy, with a quiet console", TIMEOUT, () => {
    const opening = openInDev({ recipe: "vite", heading: "doorstep.toml", startProxy: startViteStorefront });
    return using(opening, async (site) => {
      const { name, httpOnly } = await goesShopping(site);
      // The server's port, not the page's.
      assert.equal(name, `doorstep-${site.doorstep.port}`);
      assert.equal(httpOnly, true);
    });
  });

/** Runs in the page: what its script can see of an answer. */
async function fetchThere([url, method, body]) {
  const headers = body && { "Content-Type": "application/json" };
  try {
    const options = { method, headers, credentials: "include", body: body && JSON.stringify(body) };
    const response = await fetch(url, options);
    const header = (name) => response.headers.get(name);
    const text = await response.text();
    return {
      status: response.status,
      body: text && JSON.parse(text),
      requestId: header("x-request-id"),
      retryAfter: header("retry-after"),
    };
  } catch (error) {
    return { failed: String(error) };
  }
}
