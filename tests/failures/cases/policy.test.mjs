// 3a of the catalogue: what a browser keeps from a page, DS-01 to DS-15.
import assert from "node:assert/strict";
import { curl } from "../support/programs.mjs";
import { PRODUCTION, row, until, withBrowser } from "../support/row.mjs";
import { newPerson, withCookie } from "../support/tab.mjs";
import { makeCertificates } from "../support/tls.mjs";

withBrowser();

const BLOCKED = /has been blocked by CORS policy/;
const at = (host, { port }) => `http://${host}:${port}`;

/** JavaScript's words for a hidden answer, and the console's. */
async function assertBlocked(tab, answer, words = BLOCKED) {
  assert.match(answer.error ?? "an answer", /TypeError: Failed to fetch/);
  await until(() => tab.console.some((line) => words.test(line)), `${words} in ${tab.console}`);
}

/** A server that lets in the page on `host`, and a tab there. */
async function trusting(stage, host, settings = {}) {
  const pages = await stage.pages();
  const server = await stage.doorstep({ settings: { CORS_ORIGINS: pages.originOf(host), ...settings } });
  return { server, tab: await stage.tab({ host, pages }) };
}

/** A page that dev mode lets in, and between it and the server a proxy that changes the answers. */
async function behind(stage, answer) {
  const server = await stage.doorstep();
  return { proxy: await stage.proxy(server.url, { answer }), server, tab: await stage.tab() };
}

row("DS-01", async (stage) => {
  const server = await stage.doorstep();
  const tab = await stage.tab({ host: "shop.test" });
  const answer = await tab.post(`${server.url}/api/signup`, newPerson());
  await assertBlocked(tab, answer, /No 'Access-Control-Allow-Origin' header is present/);
  assert.equal(server.rows("select id from customers").length, 0);
  stage.said("kit", (await tab.kit(server.url)).text);
  // It is another site too, which no list mends.
  stage.isThereToo("DS-11");
  await stage.doctor("--api", server.url, "--origin", tab.origin);
});

row("DS-02", async (stage) => {
  const server = await stage.doorstep();
  const ask = (request, response) => {
    if (!(Number(request.headers["content-length"]) > 2000)) return false;
    response.writeHead(413, { "Content-Type": "text/html" }).end("<h1>413 Request Entity Too Large</h1>");
    return true;
  };
  const proxy = await stage.proxy(server.url, { ask });
  const tab = await stage.tab();
  await assertBlocked(
    tab,
    await tab.post(`${proxy.url}/api/signup`, { ...newPerson(), name: "x".repeat(3000) }),
  );
  assert.equal((await tab.post(`${proxy.url}/api/signup`, newPerson())).status, 201);
  stage.said("kit", (await tab.kit(proxy.url, { call: "signUp", person: { name: "x".repeat(3000) } })).text);
  await stage.doctor("--api", proxy.url, "--origin", tab.origin);
});

row("DS-03", async (stage) => {
  // A page cannot tell the two apart: the kit says both.
  stage.isThereToo("DS-04");
  const { proxy, tab } = await behind(stage, ({ headers }) => {
    headers["access-control-allow-origin"] = "*";
  });
  await assertBlocked(tab, await tab.post(`${proxy.url}/api/login`, {}), /must not be the wildcard '\*'/);
  stage.said("kit", (await tab.kit(proxy.url)).text);
  await stage.doctor("--api", proxy.url, "--origin", tab.origin);
  // Doorstep itself cannot be set up so.
  const start = stage.doorstep({ settings: { CORS_ORIGINS: "*" } });
  stage.said("log", (await start.catch((error) => error)).message);
});

row("DS-04", async (stage) => {
  stage.isThereToo("DS-03");
  const { proxy, tab } = await behind(stage, ({ headers }) => {
    delete headers["access-control-allow-credentials"];
  });
  await assertBlocked(
    tab,
    await tab.post(`${proxy.url}/api/login`, {}),
    /'Access-Control-Allow-Credentials' header/,
  );
  stage.said("kit", (await tab.kit(proxy.url)).text);
  await stage.doctor("--api", proxy.url, "--origin", tab.origin);
});

row("DS-05", async (stage) => {
  const { proxy, server, tab } = await behind(stage, ({ headers }) => {
    if (headers["access-control-allow-headers"]) headers["access-control-allow-headers"] = "content-type";
  });
  const own = await tab.post(`${server.url}/api/login`, {}, { headers: { "x-shop": "1" } });
  await assertBlocked(tab, own, /Request header field x-shop is not allowed/);
  const key = { "idempotency-key": "k".repeat(32) };
  const keyed = await tab.post(`${proxy.url}/api/signup`, newPerson(), { headers: key });
  await assertBlocked(tab, keyed, /idempotency-key is not allowed/);
  stage.said("kit", (await tab.kit(proxy.url, { call: "signUp" })).text);
  await stage.doctor("--api", proxy.url, "--origin", tab.origin);
});

row("DS-06", async (stage) => {
  const server = await stage.doorstep();
  const certificates = await stage.start(makeCertificates());
  const secure = await stage.proxy(server.url, { tls: certificates.whole });
  const plain = await stage.proxy(null, {
    ask: (request, response) => response.writeHead(301, { Location: secure.url + request.url }).end(),
  });
  const tab = await stage.tab();
  const answer = await tab.post(`${plain.url}/api/signup`, newPerson());
  await assertBlocked(tab, answer, /Redirect is not allowed for a preflight request/);
  stage.said("kit", (await tab.kit(plain.url)).text);
  await stage.doctor("--api", plain.url, "--origin", tab.origin);
});

row("DS-07", async (stage) => {
  const server = await stage.doorstep();
  // A cache that goes by the address alone.
  const kept = new Map();
  const answer = (head, { method, url }) => {
    if (method !== "GET") return;
    if (kept.has(url)) Object.assign(head.headers, kept.get(url), { age: "60" });
    else kept.set(url, { "access-control-allow-origin": head.headers["access-control-allow-origin"] ?? "" });
  };
  const proxy = await stage.proxy(server.url, { answer });
  const [first, second] = [await stage.tab(), await stage.tab()];
  assert.equal((await first.plain(`${proxy.url}/api/policy`)).status, 200);
  const answered = await second.plain(`${proxy.url}/api/policy`);
  await assertBlocked(second, answered, /that is not equal to the supplied origin/);
  stage.said("kit", (await second.kit(proxy.url, { call: "policy" })).text);
  kept.clear();
  await stage.doctor("--api", proxy.url, "--origin", first.origin, "--origin", second.origin);
});

row("DS-08", async (stage) => {
  const { proxy, server, tab } = await behind(stage, ({ headers }) => {
    delete headers["access-control-expose-headers"];
  });
  const read = async ({ url }) => (await tab.plain(`${url}/api/policy`)).headers["x-request-id"];
  assert.ok(await read(server), "the server's own answer shows it");
  assert.equal(await read(proxy), undefined);
  await stage.doctor("--api", proxy.url, "--origin", tab.origin);
});

row("DS-09", async (stage) => {
  const server = await stage.doorstep();
  const tab = await stage.tab();
  const base = at("127.0.0.1", server);
  assert.equal((await tab.post(`${base}/api/signup`, withCookie(newPerson()))).status, 201);
  assert.equal((await tab.plain(`${base}/api/user`)).status, 401, "the cookie stayed behind");
  stage.said("kit", (await tab.kit(base, { call: "signUp" })).text);
  await stage.doctor("--api", base, "--origin", tab.origin);
});

row("DS-10", async (stage) => {
  stage.isThereToo("DS-01");
  // As `flutter run -d chrome` does it: another port each time. Dev mode takes any.
  const server = await stage.doorstep();
  for (let run = 0; run < 2; run++) {
    const tab = await stage.tab();
    assert.equal((await tab.post(`${server.url}/api/signup`, newPerson())).status, 201);
  }
  // A list of exact origins takes the first port and refuses the next.
  const [first, next] = [await stage.pages(), await stage.pages()];
  const settings = { ...PRODUCTION, CORS_ORIGINS: first.originOf() };
  const strict = await stage.doorstep({ mode: "production", settings });
  const policy = `http://localhost:${strict.port}/api/policy`;
  assert.equal((await (await stage.tab({ pages: first })).plain(policy)).status, 200);
  const tab = await stage.tab({ pages: next });
  await assertBlocked(tab, await tab.plain(policy));
});

row("DS-11", async (stage) => {
  const { server, tab } = await trusting(stage, "shop.test");
  const base = at("vendor.test", server);
  assert.equal((await tab.post(`${base}/api/signup`, withCookie(newPerson()))).status, 201);
  assert.equal((await tab.plain(`${base}/api/user`)).status, 401, "the cookie of another site stays behind");
  stage.said("kit", (await tab.kit(base, { call: "signUp" })).text);
  await stage.doctor("--api", server.url, "--origin", tab.origin);
});

row("DS-12", async (stage) => {
  // The public address is https, and the page comes in beside the proxy that speaks it.
  const { server, tab } = await trusting(stage, "shop.test", { SERVER_PUBLIC_URL: "https://shop.test" });
  const base = at("shop.test", server);
  assert.equal((await tab.post(`${base}/api/signup`, withCookie(newPerson()))).status, 201);
  assert.deepEqual(await tab.context.cookies(), [], "Secure, and so not kept over http");
  assert.equal((await tab.plain(`${base}/api/user`)).status, 401);
  stage.said("kit", (await tab.kit(base, { call: "signUp" })).text);
  await stage.doctor("--api", server.url);
});

row("DS-13", async (stage) => {
  const certificates = await stage.start(makeCertificates());
  const pages = await stage.pages({ tls: certificates.selfSigned });
  const server = await stage.doorstep({ settings: { CORS_ORIGINS: pages.originOf("shop.test") } });
  const tab = await stage.tab({ host: "shop.test", pages });
  const base = at("shop.test", server);
  assert.match((await tab.plain(`${base}/api/policy`)).error, /Failed to fetch/);
  await until(() => tab.console.some((line) => line.includes("Mixed Content")), "Mixed Content");
  stage.said("kit", (await tab.kit(base)).text);
});

row("DS-14", async (stage) => {
  const server = await stage.doorstep();
  const tab = await stage.tab();
  // What fetch and Dart's BrowserClient do unless told otherwise.
  const plain = { credentials: "same-origin" };
  assert.equal((await tab.post(`${server.url}/api/signup`, withCookie(newPerson()), plain)).status, 201);
  assert.equal((await tab.plain(`${server.url}/api/user`, plain)).status, 401);
  const kept = await tab.kit(server.url, { call: "signUp" });
  assert.equal(kept.state.status, "signed-in");
  assert.equal(
    (await tab.kit(server.url, { call: "refresh" })).state.status,
    "signed-in",
    "the kit's comes back",
  );
});

row("DS-15", async (stage) => {
  const server = await stage.doorstep();
  const signUp = async (session, ...more) => {
    const body = JSON.stringify({ ...newPerson(), session });
    const json = ["-H", "Content-Type: application/json", "-d", body];
    return (await curl("-i", ...json, ...more, `${server.url}/api/signup`)).stdout;
  };
  const [, cookie] = /set-cookie: (doorstep-\d+=[^;]+)/i.exec(
    await signUp("cookie", "-H", "Origin: http://localhost:1"),
  );
  const refused = await curl("-H", `Cookie: ${cookie}`, "-X", "POST", `${server.url}/api/logout`);
  assert.match(refused.stdout, /csrf_refused/);
  stage.said("answer", refused.stdout);
  const [, token] = /"token":"([^"]+)"/.exec(await signUp("token"));
  const bearer = ["-H", `Authorization: Bearer ${token}`, "-X", "POST", `${server.url}/api/logout`];
  assert.match((await curl("-w", "%{http_code}", ...bearer)).stdout, /20[04]$/, "an app needs no origin");
});
