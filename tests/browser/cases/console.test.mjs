import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { after, before, test } from "node:test";
import { assertAccessible } from "../support/axe.mjs";
import { launch, newVisitor } from "../support/browser.mjs";
import { screenshots } from "../support/paths.mjs";
import { startDoorstep } from "../support/server.mjs";

/** A name that is not localhost, for pages that dev mode does not allow by itself. */
const SHOP = "nordlicht.test";
let browser;
let pages;

before(async () => {
  mkdirSync(screenshots, { recursive: true });
  browser = await launch([`--host-resolver-rules=MAP ${SHOP} 127.0.0.1`]);
  pages = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>shop</title>");
  });
  await new Promise((resolve) => pages.listen(0, "127.0.0.1", resolve));
});
after(async () => {
  await browser.close();
  pages.close();
});

/** A test with a server, a developer who looks at its console, and a quiet browser console. */
function consoleTest(name, options, body) {
  test(name, { timeout: 240_000 }, async () => {
    const server = await startDoorstep();
    const developer = await newVisitor(browser, server.url, options);
    try {
      const page = await developer.open("/_dev");
      await page.locator("#link[data-state=watching]").waitFor();
      await body({ server, page, developer });
      assert.deepEqual(developer.trouble, [], "the console complains");
    } catch (error) {
      error.message += `\n--- the server's log:\n${server.log.join("").slice(-4000)}`;
      throw error;
    } finally {
      await developer.context.close();
      await server.stop();
    }
  });
}

const shopOrigin = () => `http://${SHOP}:${pages.address().port}`;

/** What the shop's page is told: a status, or that the browser keeps the answer from it. */
async function askedByShop() {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(shopOrigin());
  const ask = (url) =>
    page.evaluate(async (address) => {
      try {
        return (await fetch(`${address}/api/policy`, { cache: "no-store" })).status;
      } catch (error) {
        return error.name;
      }
    }, url);
  return { ask, close: () => context.close() };
}

function post(server, path, body, headers = {}) {
  return fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

consoleTest("a refused origin comes up as it happens, and one click lets the page in", {}, async (its) => {
  const { page, server } = its;
  const shop = await askedByShop();
  try {
    assert.equal(await shop.ask(server.url), "TypeError");
    const failure = page.locator(".failure");
    await failure.filter({ hasText: "DS-01" }).waitFor({ timeout: 2000 });
    await page.getByRole("status").filter({ hasText: "DS-01" }).waitFor();
    assert.match(
      await failure.locator(".hint").innerText(),
      new RegExp(`doorstep origins add ${shopOrigin()}`),
    );

    const allow = failure.getByRole("button", { name: `Allow ${shopOrigin()}` });
    await allow.focus();
    await page.keyboard.press("Enter");
    const done = failure.getByRole("button", { name: `${shopOrigin()} is allowed` });
    await done.waitFor();
    assert.ok(await done.evaluate((button) => button === document.activeElement), "the focus stays");
    assert.equal(await shop.ask(server.url), 200);
    assert.ok(readFileSync(`${server.folder}/doorstep.toml`, "utf8").includes(shopOrigin()));

    await page.getByRole("button", { name: `Remove ${shopOrigin()}` }).click();
    await failure.getByRole("button", { name: `Allow ${shopOrigin()}` }).waitFor();
    assert.equal(await shop.ask(server.url), "TypeError");
  } finally {
    await shop.close();
  }
});

consoleTest(
  "a failed sign-up comes with its hint, a good one with its rows",
  {},
  async ({ page, server }) => {
    await post(server, "/api/signup", {
      first_name: "Ada",
      email: "ada@example.com",
      password: "a long sentence of mine",
    });
    const failure = page.locator(".failure").filter({ hasText: "DS-16" });
    await failure.waitFor({ timeout: 2000 });
    await failure.getByText("What was sent and what came back").click();
    await failure.locator("dd").filter({ hasText: "POST /api/signup" }).waitFor();
    await failure.locator("pre").filter({ hasText: "unknown_field" }).waitFor();
    await failure.getByRole("link", { name: "What DS-16 is" }).click();
    await page.waitForURL("**/errors/DS-16");
    await page.goBack();

    await post(server, "/api/signup", {
      name: "Ada",
      email: "ada@example.com",
      password: "a long sentence of mine",
    });
    const row = page.locator("#signup-list li").filter({ hasText: "ada@example.com" });
    await row.locator("summary").click();
    await row.getByText("credentials_version").waitFor();
    assert.ok(!(await row.innerText()).includes("argon2"));
  },
);

consoleTest("the try-out sends a request and shows it as a command", {}, async ({ page, developer }) => {
  await page
    .getByLabel("Route")
    .selectOption({ label: "POST /api/signup: Make an account and its first session" });
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator(".outcome").filter({ hasText: "201" }).waitFor();
  const command = await page.getByLabel("As a command").innerText();
  assert.match(
    command,
    /^curl -i -X POST 'http:\/\/localhost:\d+\/api\/signup' -H 'content-type: application\/json' -d/,
  );
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator(".outcome").filter({ hasText: "409" }).waitFor();
  await page.getByLabel("Path").fill("https://evil.example/api/user");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("The path must stay on this server").waitFor();
  assert.deepEqual(developer.refusals, ["409 /api/signup"]);
});

consoleTest("what strangers send is shown as text and runs nothing", {}, async ({ page, server }) => {
  const hostile = `"><img src=x onerror=globalThis.hacked=1><script>globalThis.hacked=1</script>`;
  await new Promise((resolve, reject) => {
    const path = `/api/${encodeURIComponent(hostile)}`;
    const headers = {
      origin: hostile,
      "user-agent": hostile,
      referer: hostile,
      "sec-x": hostile,
      "x-request-id": hostile,
    };
    request({ host: "127.0.0.1", port: server.port, path, method: "DELETE", headers }, (response) => {
      response.resume().on("end", resolve);
    })
      .on("error", reject)
      .end();
  });
  const failure = page.locator(".failure").first();
  await failure.waitFor({ timeout: 2000 });
  await failure.locator("summary").click();
  await failure.getByText("onerror=globalThis.hacked=1", { exact: false }).first().waitFor();
  assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
  assert.equal(await failure.locator("img, script, svg").count(), 0);
  assert.equal(await failure.getByRole("button").count(), 0, "there is nothing to allow");
});

consoleTest("new failures move neither the focus nor what is open", {}, async ({ page, server }) => {
  await post(server, "/api/login", { email: "a@example.com", password: "wrong wrong wrong" });
  const first = page.locator(".failure").filter({ hasText: "/api/login" });
  await first.locator("summary").click();
  for (let times = 0; times < 3; times += 1) await post(server, "/api/none", {});
  await page.locator(".failure").filter({ hasText: "/api/none" }).filter({ hasText: "3 times" }).waitFor();
  assert.equal(await page.locator(".failure").count(), 2, "equal ones in a row are one entry");
  assert.ok(await first.locator("details").evaluate((details) => details.open));
  assert.ok(await first.locator("summary").evaluate((summary) => summary === document.activeElement));
  await page.getByRole("button", { name: "Clear the list" }).click();
  await page.getByText("Nothing has failed yet.").waitFor();
});

consoleTest(
  "a page on another port of this machine can read nothing of it",
  {},
  async ({ server, developer }) => {
    const other = await developer.context.newPage();
    await other.goto(`http://localhost:${pages.address().port}`);
    const read = (headers) =>
      other.evaluate(
        async ([url, sent]) => {
          try {
            return await (
              await fetch(`${url}/_dev/data/feed?after=0`, { headers: sent, credentials: "include" })
            ).text();
          } catch (error) {
            return error.name;
          }
        },
        [server.url, headers],
      );
    assert.match(await read({}), /csrf_refused/);
    assert.equal(await read({ "doorstep-console": "1" }), "TypeError");
    // The browser notes both; neither is the console's.
    developer.trouble.length = 0;
  },
);

test("the console says when its server is gone", { timeout: 240_000 }, async () => {
  const server = await startDoorstep();
  const developer = await newVisitor(browser, server.url);
  try {
    const page = await developer.open("/_dev");
    await page.locator("#link[data-state=watching]").waitFor();
    await server.stop();
    await page.locator("#link[data-state=lost]").waitFor();
    await page.getByRole("status").filter({ hasText: "The server does not answer." }).waitFor();
  } finally {
    await developer.context.close();
    await server.stop();
  }
});

const sizes = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 900 },
  narrow: { width: 320, height: 640 },
};

for (const [size, viewport] of Object.entries(sizes)) {
  for (const colorScheme of ["light", "dark"]) {
    const variant = `${size}-${colorScheme}`;
    consoleTest(
      `the console is accessible and fits: ${variant}`,
      { viewport, colorScheme },
      async ({ page, server }) => {
        await look(page, `console-empty-${variant}`);
        await post(server, "/api/login", { email: "ada@longstone.example", password: "not this one" });
        await post(server, "/api/signup", {
          first_name: "Ada",
          email: "ada@example.com",
          password: "a long sentence of mine",
        });
        for (const name of ["Grace Darling", "Ada"]) {
          const email = `${name.toLowerCase().replace(" ", ".")}@longstone.example`;
          await post(server, "/api/signup", { name, email, password: "coble through the Farne" });
        }
        const shop = await askedByShop();
        await shop.ask(server.url);
        await shop.close();
        await page.locator(".failure").first().filter({ hasText: "DS-01" }).waitFor();
        await page.getByText("What was sent and what came back").first().click();
        await page.locator("#signup-list summary").first().click();
        await page.getByRole("button", { name: "Send" }).click();
        await page.locator(".outcome").waitFor();
        await look(page, `console-${variant}`);
      },
    );
  }
}

test("the page of a cause is accessible and fits, and its console is quiet", {
  timeout: 240_000,
}, async () => {
  const server = await startDoorstep();
  try {
    for (const [size, viewport] of Object.entries(sizes)) {
      for (const colorScheme of ["light", "dark"]) {
        const reader = await newVisitor(browser, server.url, { viewport, colorScheme });
        const page = await reader.open("/errors/DS-01");
        await page.getByRole("heading", { level: 1 }).filter({ hasText: "origin" }).waitFor();
        await look(page, `error-page-${size}-${colorScheme}`);
        assert.deepEqual([...reader.trouble, ...reader.refusals], []);
        await reader.context.close();
      }
    }
  } finally {
    await server.stop();
  }
});

async function look(page, name) {
  await assertAccessible(page, name);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${name}: ${overflow} px too wide`);
  // The bar sticks to the top of what is seen, which a picture of the whole page shows in its middle.
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: `${screenshots}${name}.png`, fullPage: true });
}

consoleTest("the explorer shows every route, out of the binary", {}, async ({ page, developer }) => {
  await page.locator('a[href="/docs"]').first().click();
  await page.locator(".opblock").first().waitFor();
  const shown = await page.locator(".opblock").count();
  const described = await page.evaluate(async () => {
    const { paths } = await (await fetch("/openapi.json")).json();
    const verbs = ["get", "post", "put", "patch", "delete"];
    return Object.values(paths).flatMap((path) => Object.keys(path).filter((key) => verbs.includes(key)))
      .length;
  });
  assert.equal(shown, described);
  await page.screenshot({ path: `${screenshots}/explorer.png` });
  assert.deepEqual(developer.trouble, [], "the explorer complains");
});
