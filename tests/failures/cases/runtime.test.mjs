// 3d of the catalogue: what programs do with the answers, DS-32 to DS-38, DS-43 and DS-44.
import assert from "node:assert/strict";
import net from "node:net";
import { bundle } from "../../browser/support/vite.mjs";
import { listen } from "../support/listen.mjs";
import { pathOf } from "../support/pages.mjs";
import { curl } from "../support/programs.mjs";
import { pause, row, until, withBrowser } from "../support/row.mjs";
import { newPerson } from "../support/tab.mjs";

withBrowser();

/** A page with the forms of pages/shop.jsx. */
async function shop(stage) {
  const scripts = { "/shop.js": await bundle(pathOf("shop.jsx"), "shop") };
  const page = '<!doctype html><title>Shop</title><link rel="icon" href="data:,"><div id="root"></div>';
  const html = { "/": `${page}<script src="/shop.js"></script>` };
  const pages = await stage.pages({ scripts, html });
  return (name, ...args) => open(stage, pages, name, args);
}

async function open(stage, pages, name, args) {
  const tab = await stage.tab({ pages });
  await tab.page.evaluate(([name, args]) => globalThis.shop[name](...args), [name, args]);
  return tab;
}

async function fill(tab, person) {
  for (const field of ["name", "email", "password"])
    await tab.page.locator(`[name=${field}]`).fill(person[field]);
}

row("DS-32", async (stage) => {
  const silent = await stage.start(listen(() => net.createServer((socket) => socket.on("error", () => {}))));
  const api = `http://localhost:${silent.port}`;
  const tab = await stage.tab();
  const waiting = tab.plain(`${api}/api/policy`).then(
    () => "an answer",
    () => "the tab was closed",
  );
  assert.equal(await Promise.race([waiting, pause(1500)]), undefined, "plain fetch waits for ever");
  stage.said("kit", (await tab.kit(api, { timeout: 300 })).text);
  await stage.dart({ api, timeout: 300 });
  await stage.doctor("--api", api, "--origin", tab.origin);
});

row("DS-33", async (stage) => {
  const server = await stage.doorstep();
  const open = await shop(stage);
  const posts = async (name, person) => {
    const tab = await open(name, server.url);
    let count = 0;
    tab.page.on("request", (request) => {
      count += request.method() === "POST";
    });
    await fill(tab, person);
    await tab.page.getByRole("button").dblclick();
    return { count: () => count, tab };
  };
  const plain = await posts("plainForm", newPerson());
  const statuses = async () => (await plain.tab.page.locator("#statuses").innerText()).split(" ").sort();
  await until(async () => (await statuses()).length === 2, "two answers");
  assert.deepEqual(await statuses(), ["201", "409"]);
  assert.equal(plain.count(), 2);
  const kit = await posts("kitForm", newPerson());
  const customers = () => server.rows("select id from customers").length;
  await until(() => customers() === 2, "the second customer");
  await pause(300);
  assert.deepEqual([kit.count(), customers()], [1, 2]);
});

row("DS-35", async (stage) => {
  const server = await stage.doorstep();
  const open = await shop(stage);
  const greeting = async (name) => {
    const person = newPerson();
    const tab = await open(name, server.url, person);
    await tab.page.getByRole("button").click();
    const text = tab.page.locator("#greeting:not(:empty)");
    return (await text.innerText()).replace(person.name, "Grace");
  };
  assert.equal(await greeting("plainGreeting"), "Hello nobody");
  assert.equal(await greeting("kitGreeting"), "Hello Grace");
});

row("DS-37", async (stage) => {
  const server = await stage.doorstep({ settings: { TOKENS_REFRESH_GRACE: "1s" } });
  const send = async (path, body) => {
    const json = ["-H", "Content-Type: application/json", "-d", JSON.stringify(body)];
    return JSON.parse((await curl(...json, `${server.url}/api/${path}`)).stdout);
  };
  const { refreshToken } = await send("signup", { ...newPerson(), session: "jwt" });
  const [one, other] = await Promise.all([1, 2].map(() => send("token/refresh", { refreshToken })));
  assert.ok(one.refreshToken);
  assert.equal(one.refreshToken, other.refreshToken, "two tabs at once get the same successor");
  await pause(1200);
  const late = await send("token/refresh", { refreshToken });
  assert.equal(late.code, "refresh_reused");
  stage.said("answer", late);
});

row("DS-38", async (stage) => {
  const server = await stage.doorstep();
  const tab = await stage.tab();
  const signedIn = await tab.page.evaluate(
    async ({ api, person }) => {
      globalThis.client = globalThis.kit.createDoorstepClient({ baseUrl: api });
      await globalThis.client.signUp(person);
      return globalThis.client.getState().status;
    },
    { api: server.url, person: newPerson() },
  );
  assert.equal(signedIn, "signed-in");
  await tab.context.setOffline(true);
  const { plain, state } = await tab.page.evaluate(async (api) => {
    const who = () => fetch(`${api}/api/user`, { credentials: "include" }).then((answer) => answer.json());
    const user = await who().catch(() => null);
    await globalThis.client.refresh();
    return { plain: user ? "signed in" : "signed out", state: globalThis.client.getState() };
  }, server.url);
  assert.equal(plain, "signed out", "what an app concludes that takes every failure for a 401");
  assert.deepEqual([state.status, state.stale], ["signed-in", true]);
  await tab.context.setOffline(false);
  const back = await tab.page.evaluate(async () => (await globalThis.client.refresh()).stale);
  assert.equal(back, undefined);
});

row("DS-43", async (stage) => {
  const server = await stage.doorstep();
  const hour = 3_600_000;
  const proxy = await stage.proxy(server.url, {
    answer: ({ headers }) => {
      headers.date = new Date(Date.now() - hour).toUTCString();
    },
  });
  const tab = await stage.tab();
  const made = await tab.kit(server.url, { call: "signUp", clock: hour });
  assert.equal(made.result.ok, true, "sessions do not depend on the device's clock");
  stage.said("kit", made.text);
  await stage.dart({ api: server.url, clock: hour });
  await stage.doctor("--api", proxy.url, "--origin", tab.origin);
});

row("DS-44", async (stage) => {
  const server = await stage.doorstep();
  const { type, name } = await stage.dart({ api: server.url, storage: "broken" });
  assert.deepEqual([type, name], ["SignUpOk", "José"], "whoever's session cannot be read signs in again");
});
