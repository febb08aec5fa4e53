import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { startDoorstep } from "../../../fixture/doorstep.mjs";
import { createDoorstepClient, type DoorstepOptions } from "../src/index.js";
import { browserFetch } from "./support/browser.js";
import { serve } from "./support/server.js";

// Against the real server, in dev mode unless a test says otherwise.
let server: Awaited<ReturnType<typeof startDoorstep>>;
beforeAll(async () => {
  server = await startDoorstep();
}, 30_000);
afterAll(() => server?.stop());

function quiet() {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const info = vi.spyOn(console, "info").mockImplementation(() => {});
  onTestFinished(() => void vi.restoreAllMocks());
  return {
    warned: () => warn.mock.calls.flat().join("\n"),
    said: () => info.mock.calls.flat().join("\n"),
  };
}

const diagnose = (options: Partial<DoorstepOptions> = {}) =>
  createDoorstepClient({ baseUrl: server.url, session: "token", ...options }).diagnose();

test("a sound connection is told so, with a cookie that comes back and without one", async () => {
  const { warned, said } = quiet();
  expect(await diagnose()).toEqual([]);
  const { fetch } = browserFetch(server.url);
  expect(await diagnose({ session: "cookie", fetch })).toEqual([]);
  expect(warned()).toBe("");
  expect(said()).toContain(`Reads and writes reach ${server.url}/api, and come back.`);
});

test("a program without cookies is told to use a token", async () => {
  quiet();
  expect(await diagnose({ session: "cookie" })).toEqual([
    {
      id: "DS-14",
      message: expect.stringContaining('session: "token"'),
      url: `${server.url}/errors/DS-14`,
    },
  ]);
});

test.each([3600, -3600])("a clock that is off by %i s is told", async (seconds) => {
  const { warned } = quiet();
  const found = await diagnose({ now: () => Date.now() + seconds * 1000 });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ id: "DS-43", url: `${server.url}/errors/DS-43` });
  expect(found[0]?.message).toContain(seconds > 0 ? "ahead of" : "behind");
  expect(warned()).toContain("DS-43");
});

test("nobody there is DS-25, without a link that leads nowhere", async () => {
  quiet();
  expect(await diagnose({ baseUrl: "http://127.0.0.1:9" })).toEqual([
    { id: "DS-25", message: expect.stringMatching(/^DS-25 /), url: undefined },
  ]);
});

test("a web page in place of the API is DS-20, a redirect DS-19", async () => {
  quiet();
  const page = await serve((response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end("<!doctype html><title>My shop</title>");
  });
  expect(await diagnose({ baseUrl: page.url })).toMatchObject([
    { id: "DS-20", message: expect.stringContaining("My shop") },
  ]);
  const elsewhere = await serve((response, { url }) => {
    response.writeHead(308, { Location: `${server.url}${url}` }).end();
  });
  expect(await diagnose({ baseUrl: elsewhere.url })).toMatchObject([
    { id: "DS-19", message: expect.stringContaining(`Set baseUrl to ${server.url}.`) },
  ]);
});

test("what only a POST meets is found too", async () => {
  quiet();
  const { url } = await serve((response, { method }) => {
    if (method === "GET") response.setHeader("Content-Type", "application/json").end("{}");
    else response.writeHead(502, { "Content-Type": "text/html" }).end("<title>Bad Gateway</title>");
  });
  expect(await diagnose({ baseUrl: url })).toMatchObject([{ id: "DS-20" }]);
});

test("the addresses of page and API are compared, and the measured cookie counts more", async () => {
  quiet();
  const { port } = new URL(server.url);
  vi.stubGlobal("location", new URL(`http://localhost:${port}/`));
  onTestFinished(() => void vi.unstubAllGlobals());
  const origin = `http://localhost:${port}`;
  const { fetch: keeping } = browserFetch(origin);
  expect(await diagnose({ session: "cookie", fetch: keeping })).toEqual([]);
  const losing: typeof fetch = (url, init) => {
    const headers = new Headers(init?.headers);
    headers.set("Origin", origin);
    return fetch(url, { ...init, headers });
  };
  expect(await diagnose({ session: "cookie", fetch: losing })).toMatchObject([{ id: "DS-09" }]);
});

test("a server in production tells nothing of what it saw, but its clock", async () => {
  const { said } = quiet();
  const strict = await startDoorstep({ env: { DOORSTEP_SERVER_MODE: "production" } });
  onTestFinished(() => strict.stop());
  expect(await diagnose({ baseUrl: strict.url })).toEqual([]);
  expect(said()).toContain("production mode");
  const now = () => Date.now() - 60_000;
  expect(await diagnose({ baseUrl: strict.url, now })).toMatchObject([{ id: "DS-43" }]);
});
