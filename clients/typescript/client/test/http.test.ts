import { expect, onTestFinished, test, vi } from "vitest";
import { createDoorstepClient } from "../src/index.js";
import { ada, input, json, problem, serve } from "./support/server.js";

const policy = { password: { minLength: 8 } };

test("a slow server is given up after the timeout", async () => {
  const { url } = await serve(() => {});
  const result = await createDoorstepClient({ baseUrl: url, timeout: 50 }).login(input);
  expect(result).toMatchObject({ ok: false, error: { code: "no_answer_in_time", status: 0 } });
});

test("the timeout covers the body too", async () => {
  const { url } = await serve((response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    response.write("{");
  });
  const result = await createDoorstepClient({ baseUrl: url, timeout: 80 }).login(input);
  expect(result).toMatchObject({ ok: false, error: { code: "no_answer_in_time" } });
});

test("a truncated body is no answer", async () => {
  const { url } = await serve((response) => {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "100" });
    response.write('{"user":');
    setTimeout(() => response.destroy(), 10);
  });
  const result = await createDoorstepClient({ baseUrl: url }).login(input);
  expect(result).toMatchObject({ ok: false, error: { code: "unreachable", status: 0 } });
});

test("half a JSON text is an unexpected answer", async () => {
  const { url } = await serve((response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end('{"user":{"id"');
  });
  const result = await createDoorstepClient({ baseUrl: url }).login(input);
  expect(result).toMatchObject({ ok: false, error: { code: "unexpected_answer", status: 200 } });
});

test("a web page is named with its status and title", async () => {
  const { url } = await serve((response) => {
    response.writeHead(502, { "Content-Type": "text/html" });
    response.end("<!DOCTYPE html><title>Bad Gateway</title>");
  });
  const result = await createDoorstepClient({ baseUrl: url }).login(input);
  expect(result).toMatchObject({
    ok: false,
    error: {
      code: "unexpected_answer",
      status: 502,
      hint: `DS-20 ${url}/api/login returned a web page (502 "Bad Gateway"), not the account API. Check baseUrl and the proxy in between.`,
    },
  });
});

test("a web page with status 200 is no success", async () => {
  const { url } = await serve((response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end("<!doctype html><title>My shop</title>");
  });
  const result = await createDoorstepClient({ baseUrl: url }).profile.get();
  expect(result).toMatchObject({ ok: false, error: { code: "unexpected_answer", status: 200 } });
});

test("a redirect is not followed, and its target is told", async () => {
  const { url, seen } = await serve((response) => {
    response.writeHead(301, { Location: "https://shop.com/api/login/" });
    response.end();
  });
  const result = await createDoorstepClient({ baseUrl: url }).login(input);
  expect(result).toMatchObject({
    ok: false,
    error: {
      code: "redirected",
      status: 301,
      hint: expect.stringMatching(/DS-19 .*https:\/\/shop\.com/),
    },
  });
  expect(seen).toHaveLength(1);
});

test("nobody at the address is unreachable", async () => {
  const client = createDoorstepClient({ baseUrl: "http://127.0.0.1:9" });
  const result = await client.login(input);
  expect(result).toMatchObject({
    ok: false,
    error: { code: "unreachable", status: 0, hint: expect.stringContaining("DS-25") },
  });
});

test("a relative address on a server is explained by DS-23", async () => {
  const result = await createDoorstepClient({ baseUrl: "/" }).login(input);
  expect(result).toMatchObject({ ok: false, error: { hint: expect.stringContaining("DS-23") } });
});

test("an unknown code is passed on with a hint", async () => {
  const { url } = await serve((response) => problem(response, 451, "asked_too_nicely"));
  const result = await createDoorstepClient({ baseUrl: url }).login(input);
  expect(result).toEqual({
    ok: false,
    error: {
      code: "asked_too_nicely",
      message: "About asked_too_nicely",
      status: 451,
      fields: {},
      requestId: "r-1",
      hint: expect.stringContaining("does not know"),
    },
  });
});

test("field errors, the request id and Retry-After reach the caller", async () => {
  const fields = { email: { code: "email_invalid", message: "Enter an e-mail address" } };
  const { url } = await serve((response) =>
    json(
      response,
      429,
      { code: "rate_limited", message: "Too many attempts", fields },
      { "Retry-After": "30", "X-Request-Id": "r-7" },
    ),
  );
  const result = await createDoorstepClient({ baseUrl: url }).login(input);
  expect(result).toMatchObject({
    ok: false,
    error: { code: "rate_limited", fields, requestId: "r-7", retryAfter: 30 },
  });
});

test("Retry-After may be a date", async () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const { url } = await serve((response) =>
    problem(response, 429, "rate_limited", { "Retry-After": "Thu, 01 Jan 2026 00:01:30 GMT" }),
  );
  const result = await createDoorstepClient({ baseUrl: url, now: () => now }).login(input);
  expect(result).toMatchObject({ ok: false, error: { retryAfter: 90 } });
});

test("a read is tried again, as soon as Retry-After allows", async () => {
  const { url, seen } = await serve((response, _, count) =>
    count === 1
      ? problem(response, 503, "unavailable", { "Retry-After": "1" })
      : json(response, 200, policy),
  );
  const start = performance.now();
  const result = await createDoorstepClient({ baseUrl: url }).policy();
  expect(result).toEqual({ ok: true, data: policy });
  expect(seen).toHaveLength(2);
  expect(performance.now() - start).toBeGreaterThan(990);
});

test("a read is tried three times at most", async () => {
  const { url, seen } = await serve((response) =>
    problem(response, 503, "unavailable", { "Retry-After": "0" }),
  );
  const result = await createDoorstepClient({ baseUrl: url }).policy();
  expect(result).toMatchObject({ ok: false, error: { code: "unavailable" } });
  expect(seen).toHaveLength(3);
});

test("a pause longer than the timeout is left to the caller", async () => {
  const { url, seen } = await serve((response) =>
    problem(response, 503, "unavailable", { "Retry-After": "60" }),
  );
  const result = await createDoorstepClient({ baseUrl: url }).policy();
  expect(result).toMatchObject({ ok: false, error: { retryAfter: 60 } });
  expect(seen).toHaveLength(1);
});

test("a login is never repeated by itself", async () => {
  const { url, seen } = await serve((response) =>
    problem(response, 503, "busy", { "Retry-After": "0" }),
  );
  const result = await createDoorstepClient({ baseUrl: url }).login(input);
  expect(result).toMatchObject({ ok: false, error: { code: "busy" } });
  expect(seen).toHaveLength(1);
});

test("the caller may abort, also between two attempts", async () => {
  const abort = new AbortController();
  const { url, seen } = await serve((response) => {
    problem(response, 503, "unavailable", { "Retry-After": "5" });
    setTimeout(() => abort.abort(), 30);
  });
  const client = createDoorstepClient({ baseUrl: url });
  const result = await client.policy({ signal: abort.signal });
  expect(result).toMatchObject({ ok: false, error: { code: "aborted" } });
  expect(seen).toHaveLength(1);
});

test("a password is sent as typed, an e-mail without blanks around it", async () => {
  const { url, seen } = await serve((response) => json(response, 200, { user: ada }));
  const client = createDoorstepClient({ baseUrl: url });
  await client.login({ email: " ada@example.com ", password: "  spaces stay  " });
  expect(seen[0]?.body).toEqual({
    email: "ada@example.com",
    password: "  spaces stay  ",
    session: "cookie",
  });
});

test("an address that goes through a free tunnel skips its warning page", async () => {
  const fetcher = vi.fn(async () => Response.json({}));
  const baseUrl = "https://abc.ngrok-free.app";
  await createDoorstepClient({ baseUrl, fetch: fetcher }).policy();
  expect(fetcher).toHaveBeenCalledWith(
    `${baseUrl}/api/policy`,
    expect.objectContaining({
      headers: expect.objectContaining({ "ngrok-skip-browser-warning": "1" }),
    }),
  );
});

test("an answered call leaves no timer behind", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const fetcher = async () => Response.json({});
  await createDoorstepClient({ baseUrl: "http://localhost:5000", fetch: fetcher }).policy();
  expect(vi.getTimerCount()).toBe(0);
});
