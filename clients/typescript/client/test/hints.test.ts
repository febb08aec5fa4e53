import { expect, onTestFinished, test, vi } from "vitest";
import { createDoorstepClient } from "../src/index.js";
import { input, problem, serve } from "./support/server.js";

function page(address: string) {
  vi.stubGlobal("location", new URL(address));
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  onTestFinished(() => {
    vi.unstubAllGlobals();
    warn.mockRestore();
  });
  return () => warn.mock.calls.flat().join("\n");
}

/** Which requests a browser lets the page read; every other one fails as a browser has it. */
function browser(isReadable: (at: URL, init: RequestInit) => boolean) {
  const asked: string[] = [];
  const fetcher: typeof fetch = async (at, init = {}) => {
    const url = new URL(`${at}`);
    asked.push(`${init.method ?? "GET"} ${url.pathname}`);
    if (!isReadable(url, init)) throw new TypeError("Failed to fetch");
    return url.pathname.endsWith("/healthz")
      ? Response.json({ message: "Doorstep is running" })
      : Response.json({}, { status: 405 });
  };
  return { fetcher, asked };
}
const isProbe = ({ credentials, headers }: RequestInit) => credentials === "omit" && !headers;

const hintOf = async (baseUrl: string, fetcher: typeof fetch) => {
  const result = await createDoorstepClient({ baseUrl, fetch: fetcher }).login(input);
  return result.ok ? undefined : result.error.hint;
};

test("a server that is up but silent to this origin is a matter of CORS", async () => {
  const told = page("http://localhost:5173/signup");
  const { fetcher } = browser((at) => at.pathname === "/healthz");
  expect(await hintOf("http://localhost:5001", fetcher)).toBe(
    "DS-01 The server is up, but origin http://localhost:5173 is not allowed. Run: doorstep origins add http://localhost:5173",
  );
  expect(told()).toContain("DS-01");
});

test("a server that is down is not blamed on CORS, and costs two more requests", async () => {
  page("http://localhost:5173/");
  const { fetcher, asked } = browser(() => false);
  expect(await hintOf("http://localhost:5002", fetcher)).toMatch(/^DS-25 /);
  expect(asked).toEqual(["POST /api/login", "GET /healthz", "GET /healthz"]);
});

test("without a network nobody asks whether the server runs", async () => {
  page("https://www.shop.test/");
  vi.stubGlobal("navigator", { onLine: false });
  const { fetcher } = browser(() => false);
  expect(await hintOf("https://api.shop.test", fetcher)).toMatch(/^This device is offline/);
  expect(await hintOf("http://localhost:5000", fetcher)).toMatch(/^DS-13 /);
  vi.stubGlobal("navigator", { onLine: true });
  expect(await hintOf("https://api.shop.test", fetcher)).toMatch(/^No answer from /);
});

test("another program on the port is not taken for Doorstep", async () => {
  page("http://localhost:5173/");
  const { fetcher } = browser((_, { mode }) => mode === "no-cors");
  expect(await hintOf("http://localhost:5003", fetcher)).toMatch(/^Something answers at /);
});

test("an address that leads to https is told from a refused origin", async () => {
  page("http://shop.test/");
  const { fetcher } = browser((at, { mode }) => at.protocol === "https:" || mode === "no-cors");
  expect(await hintOf("http://api.shop.test", fetcher)).toMatch(
    /^DS-06 .*https:\/\/api\.shop\.test/,
  );
});

test("a cache that mixes up origins is told by a question that it does not know", async () => {
  page("http://localhost:5173/");
  const { fetcher } = browser((at) => at.pathname === "/healthz" || at.search !== "");
  expect(await hintOf("http://localhost:5004", fetcher)).toMatch(/^DS-07 /);
});

test("a gateway that forgets about cookies is told from a refused origin", async () => {
  page("http://localhost:5173/");
  const { fetcher } = browser((_, init) => isProbe(init));
  expect(await hintOf("http://localhost:5005", fetcher)).toMatch(/^DS-04 /);
});

test("a header that is not allowed is named, if the call had it", async () => {
  page("http://localhost:5173/");
  const names = (init: RequestInit) => [...new Headers(init.headers).keys()];
  const { fetcher } = browser((at, init) =>
    at.pathname === "/api/signup" ? false : !names(init).includes("idempotency-key"),
  );
  const client = createDoorstepClient({ baseUrl: "http://localhost:5006", fetch: fetcher });
  const result = await client.signUp(input);
  expect(result).toMatchObject({
    error: { hint: expect.stringMatching(/^DS-05 .* idempotency-key\./) },
  });
});

test("a header that the call did not have is not blamed", async () => {
  page("http://localhost:5173/");
  const { fetcher } = browser(
    (at, { headers }) =>
      at.pathname !== "/api/login" && !new Headers(headers).has("idempotency-key"),
  );
  expect(await hintOf("http://localhost:5011", fetcher)).toMatch(/^DS-02 /);
});

test("a preflight that never passes is told without a guess", async () => {
  page("http://localhost:5173/");
  const { fetcher } = browser((_, { method = "GET", headers }) => method === "GET" && !headers);
  expect(await hintOf("http://localhost:5007", fetcher)).toMatch(/^The preflight .*DS-06.*DS-05/);
});

test("a method that is not allowed is named", async () => {
  page("http://localhost:5173/");
  const { fetcher } = browser((_, { method }) => method !== "DELETE");
  const client = createDoorstepClient({ baseUrl: "http://localhost:5008", fetch: fetcher });
  expect(await client.addresses.remove("a")).toMatchObject({
    error: { hint: expect.stringMatching(/^DS-05 .* method DELETE\./) },
  });
});

test("an answer that lost its headers is told from all others", async () => {
  page("http://localhost:5173/");
  const { fetcher } = browser((at) => at.pathname !== "/api/login");
  expect(await hintOf("http://localhost:5009", fetcher)).toMatch(/^DS-02 The answer to POST /);
});

test("an http address on an https page is mixed content", async () => {
  const told = page("https://shop.com/");
  const { fetcher } = browser(() => false);
  expect(await hintOf("http://192.168.1.5:5000", fetcher)).toContain("DS-13");
  expect(told().match(/DS-13/g)).toHaveLength(1);
});

test("a page of no web address is no page", async () => {
  page("about:blank");
  const { fetcher } = browser(() => false);
  expect(await hintOf("http://localhost:5010", fetcher)).toMatch(/^DS-25 /);
});

test.each([
  ["http://localhost:5173/", "http://127.0.0.1:5000", "DS-09"],
  ["https://shop.com/", "https://api.vendor.app", "DS-11"],
])("a page at %s warns about %s at once", (address, baseUrl, id) => {
  const told = page(address);
  createDoorstepClient({ baseUrl });
  expect(told()).toContain(id);
});

test.each([
  ["http://localhost:5173/", "http://localhost:5000"],
  ["https://shop.com/", "https://api.shop.com"],
  ["https://shop.com/", "/"],
])("a page at %s has nothing against %s", (address, baseUrl) => {
  const told = page(address);
  createDoorstepClient({ baseUrl });
  expect(told()).toBe("");
});

test("what the server itself says is passed on", async () => {
  const hint = "DS-16 Unknown field firstname. Send firstName.";
  const { url } = await serve((response) => {
    response.writeHead(422, { "Content-Type": "application/problem+json" });
    response.end(JSON.stringify({ code: "invalid_fields", message: "Some fields", hint }));
  });
  expect(await hintOf(url, fetch)).toBe(hint);
});

test("without a word of the server a refusal has no hint", async () => {
  const { url } = await serve((response) => problem(response, 401, "invalid_credentials"));
  expect(await hintOf(url, fetch)).toBeUndefined();
});

test.each([
  ["ECONNREFUSED", /^DS-25 /],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", /^DS-29 .*DEPTH_ZERO_SELF_SIGNED_CERT/],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /^DS-29 /],
  ["ERR_TLS_CERT_ALTNAME_INVALID", /^DS-29 /],
  ["CERT_HAS_EXPIRED", /^DS-29 /],
  ["ENOTFOUND", /^The name localhost cannot be looked up/],
  ["ERR_SSL_WRONG_VERSION_NUMBER", /does not speak TLS/],
  ["UND_ERR_SOCKET", /broke before the whole answer/],
  [undefined, /^DS-25 /],
])("Node's %s is named without a page", async (code, hint) => {
  const thrown = Object.assign(new TypeError("fetch failed"), { cause: { code } });
  expect(await hintOf("https://localhost:5443", () => Promise.reject(thrown))).toMatch(hint);
});
