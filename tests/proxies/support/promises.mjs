import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, askHttp2 } from "./client.mjs";
import { assertPreflight, assertProblem, assertReadable, preflightHeaders } from "./readable.mjs";
import { Visitor } from "./visitor.mjs";

/** A line of the log that names a cause. What the server says at its start is no warning. */
export const EXPLAINED = /WARN.*DS-\d\d/;
const LIMITS = { DOORSTEP_LIMITS_LOGIN_PER_NETWORK: "5 in 10m" };

/** What every recipe keeps. `site()` is open while the tests run. */
export function keepsEverything(site) {
  test("a customer signs up, and the cookie comes back with its flags", async () => {
    const grace = new Visitor(site());
    const created = await grace.signUp();
    assert.equal(created.status, 201, created.text);
    assertReadable(site(), created);
    const user = await grace.ask("GET", "/api/user");
    assert.equal(user.json.user.email, grace.person.email);
    assert.equal((await grace.logIn()).status, 200);
    assert.equal((await grace.ask("POST", "/api/logout")).status, 204);
    assert.equal(grace.cookie, undefined);
    assert.doesNotMatch(site().doorstep.log(), EXPLAINED, "a healthy set-up is nothing to explain");
    assertProblem(site(), await grace.ask("GET", "/api/user"), 401, "no_session");
  });

  test("nobody keeps an answer: two customers on one path see themselves", async () => {
    const [grace, ida] = [new Visitor(site()), new Visitor(site())];
    await grace.signUp();
    await ida.signUp();
    for (const one of [grace, ida, grace]) {
      const answer = await one.ask("GET", "/api/user");
      assert.equal(answer.json.user.email, one.person.email);
      assert.equal(answer.header("cache-control"), "no-store");
      assert.equal(answer.header("age"), null);
    }
  });

  test("ETag and If-Match arrive as they were sent, also to a browser that takes gzip", async () => {
    const grace = new Visitor(site());
    await grace.signUp();
    const read = await grace.ask("GET", "/api/user", { headers: { "accept-encoding": "gzip, br" } });
    const etag = read.header("etag");
    assert.match(etag, /^"[^"]+"$/, "a strong ETag");
    const change = (name) => ({ body: { name }, headers: { "if-match": etag } });
    assert.equal((await grace.ask("PATCH", "/api/user", change("Grace H. Darling"))).status, 200);
    assertProblem(site(), await grace.ask("PATCH", "/api/user", change("Late")), 412, "changed_meanwhile");
  });

  test("Idempotency-Key arrives: a repeated sign-up gets the first answer", async () => {
    const grace = new Visitor(site());
    const headers = { "idempotency-key": crypto.randomUUID() };
    const [first, second] = [await grace.signUp({ headers }), await grace.signUp({ headers })];
    assert.deepEqual([first.status, second.status], [201, 201]);
    assert.equal(second.json.user.id, first.json.user.id);
  });

  test("refusals are Doorstep's own, with the id of its log", async () => {
    const grace = new Visitor(site());
    const refused = (status, code, answer) => assertProblem(site(), answer, status, code);
    refused(404, "not_found", await grace.ask("GET", "/api/sginup"));
    refused(405, "method_not_allowed", await grace.ask("DELETE", "/api/signup"));
    refused(400, "malformed_body", await grace.ask("POST", "/api/signup", { body: "[object Object]" }));
    const text = { body: "name=x", headers: { "content-type": "text/plain" } };
    refused(415, "unsupported_media_type", await grace.ask("POST", "/api/signup", text));
    const invalid = await grace.signUp({ body: { ...grace.person, email: "nobody" } });
    refused(422, "invalid_fields", invalid);
    refused(401, "invalid_credentials", await grace.logIn());
    const id = invalid.header("x-request-id");
    assert.match(site().doorstep.log(), new RegExp(id), "the log has the request id");
  });

  test("what Doorstep finds too large is Doorstep's own 413", async () => {
    for (const kib of [65, 300, 900]) {
      const answer = await new Visitor(site()).signUp({ body: { name: "x".repeat(kib * 1024) } });
      assertProblem(site(), answer, 413, "payload_too_large");
      assert.match(answer.json.requestId, /^[0-9a-f-]{36}$/, "the answer comes from Doorstep");
    }
  });

  test("one slash at the end makes no difference, and nothing is redirected", async () => {
    assert.equal((await new Visitor(site()).ask("POST", "/api/signup/", { body: {} })).status, 400);
    const preflight = await ask(site(), "OPTIONS", "/api/signup/", { headers: preflightHeaders });
    assertPreflight(site(), preflight);
    assert.equal(preflight.status, 204);
  });

  test("an error's page is found where `type` points to", async () => {
    const page = await ask(site(), "GET", "/errors/invalid_fields", { headers: { accept: "text/html" } });
    assert.equal(page.status, 200);
    assert.match(page.text, /invalid_fields/);
  });

  test("a page of another site is refused", async () => {
    const stranger = { ...site(), page: "https://evil.example" };
    for (const [method, path, body] of [
      ["OPTIONS", "/api/signup"],
      ["GET", "/api/policy"],
      ["POST", "/api/signup", { ...new Visitor(stranger).person, session: "cookie" }],
    ]) {
      const answer = await ask(stranger, method, path, { body });
      assert.equal(answer.header("access-control-allow-origin"), null, `${method} ${path}`);
      if (body) assert.equal(answer.json.code, "csrf_refused");
    }
  });

  test("a slow answer arrives", async () => {
    const { doorstep } = site();
    doorstep.pause();
    const asked = new Visitor(site()).signUp();
    setTimeout(() => doorstep.resume(), 3000);
    assert.equal((await asked).status, 201);
  });

  test("when Doorstep is away, the page can see that; when it is back, everything works", async () => {
    const { doorstep } = site();
    await doorstep.stop();
    const answer = await new Visitor(site()).signUp();
    assert.ok(answer.status >= 500, `answered with ${answer.status}`);
    assertReadable(site(), answer);
    await doorstep.startAgain();
    assert.equal((await new Visitor(site()).signUp()).status, 201);
  });
}

/** What the recipes for production keep besides. */
export function keepsWhatProductionNeeds(site) {
  test("over HTTP/2 it is the same, with each cookie in a header of its own", async () => {
    const grace = new Visitor(site(), { send: askHttp2 });
    assert.equal((await grace.signUp()).status, 201);
    const cookies = ["theme=dark", grace.cookie, "seen=1"];
    const user = await askHttp2(site(), "GET", "/api/user", { headers: { cookie: cookies } });
    assert.equal(user.json.user.email, grace.person.email);
  });

  test("customers are told apart by their network, which they cannot forge", async () => {
    const guess = (from, headers) =>
      ask(site(), "POST", "/api/login", {
        body: { email: "a@b.example", password: "wrong one" },
        headers,
        from,
      });
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await guess("127.0.0.20")).status);
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429]);
    assert.equal((await guess("127.0.0.21")).status, 401, "another network has a count of its own");
    for (const name of ["x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip"]) {
      const forged = await guess("127.0.0.20", {
        [name]: name === "forwarded" ? "for=10.9.8.7" : "10.9.8.7",
      });
      assertProblem(site(), forged, 429, "rate_limited");
      assert.ok(Number(forged.header("retry-after")) > 0);
    }
  });

  test("what the proxy itself finds too large is readable, too", async () => {
    // As browsers send it. Over HTTP/1.1 Caddy closes half a second after its answer, whoever still sends.
    const visitor = new Visitor(site(), { send: askHttp2 });
    const answer = await visitor.signUp({ body: { name: "x".repeat(3 << 20) } });
    assertProblem(site(), answer, 413, "payload_too_large");
  });

  test("when Doorstep is away, the preflight passes and the error is JSON", async () => {
    const { doorstep } = site();
    await doorstep.stop();
    try {
      const preflight = await ask(site(), "OPTIONS", "/api/signup", { headers: preflightHeaders });
      if (!site().isOneSite) assertPreflight(site(), preflight);
      const answer = await new Visitor(site()).signUp();
      assertProblem(site(), answer, 503, "unavailable");
      assert.ok(Number(answer.header("retry-after")) > 0);
      const stranger = { ...site(), page: "https://evil.example" };
      const refused = await ask(stranger, "GET", "/api/user");
      assert.equal(refused.header("access-control-allow-origin"), null);
    } finally {
      await doorstep.startAgain();
    }
  });

  test("plain http is sent on to https, and no preflight is", async () => {
    const moved = await ask(site().plain, "POST", "/api/signup?a=b", { body: {} });
    assert.equal(moved.status, 308);
    assert.equal(moved.header("location"), "https://localhost/api/signup?a=b");
    assertReadable(site(), moved);
    if (site().isOneSite) return;
    const preflight = await ask(site().plain, "OPTIONS", "/api/signup", { headers: preflightHeaders });
    assertPreflight(site(), preflight);
  });

  test("a browser is told to come back over https only", async () => {
    const answer = await ask(site(), "GET", "/api/policy");
    assert.match(answer.headers["strict-transport-security"]?.[0] ?? "", /max-age=\d{7}/);
  });
}

/** What the recipes with the shop's pages keep besides. */
export function keepsPagesApart(site) {
  test("every path is the shop's page, except those of the API", async () => {
    for (const path of ["/", "/signup", "/apiary"]) {
      const page = await ask(site(), "GET", path, { headers: { accept: "text/html" } });
      assert.equal(page.status, 200);
      assert.match(page.text, /A page of the shop/);
    }
    for (const path of ["/api/", "/api/sginup", "/errors/no-such-thing"]) {
      const answer = await ask(site(), "GET", path);
      assert.doesNotMatch(answer.text, /A page of the shop/, path);
      assert.equal(answer.status, 404);
    }
  });
}

export { LIMITS };
