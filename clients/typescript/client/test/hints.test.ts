import { expect, onTestFinished, test, vi } from "vitest";
import { createDoorstepClient } from "../src/index.js";

function page(address: string) {
  vi.stubGlobal("location", new URL(address));
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  onTestFinished(() => {
    vi.unstubAllGlobals();
    warn.mockRestore();
  });
  return () => warn.mock.calls.flat().join("\n");
}

const refused: typeof fetch = async () => {
  throw new TypeError("Failed to fetch");
};
const refusedByCors: typeof fetch = async (_, init) =>
  init?.mode === "no-cors" ? new Response() : refused("");

const hintOf = async (baseUrl: string, fetcher: typeof fetch) => {
  const result = await createDoorstepClient({ baseUrl, fetch: fetcher }).login({
    email: "a@b.c",
    password: "x",
  });
  return result.ok ? undefined : result.error.hint;
};

test("a server that is up but silent to this origin is a matter of CORS", async () => {
  const told = page("http://localhost:5173/signup");
  expect(await hintOf("http://localhost:5001", refusedByCors)).toBe(
    "DS-01 The server is up, but origin http://localhost:5173 is not allowed. Run: doorstep origins add http://localhost:5173",
  );
  expect(told()).toContain("DS-01");
});

test("a server that is down is not blamed on CORS", async () => {
  page("http://localhost:5173/");
  expect(await hintOf("http://localhost:5002", refused)).toContain("DS-25");
});

test("an http address on an https page is mixed content", async () => {
  page("https://shop.com/");
  expect(await hintOf("http://192.168.1.5:5000", refused)).toContain("DS-13");
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

test("diagnose tells of a clock that is off", async () => {
  page("http://localhost:5173/");
  const answer: typeof fetch = async () =>
    Response.json({}, { headers: { Date: "Thu, 01 Jan 2026 00:00:00 GMT" } });
  const now = () => Date.parse("2026-01-01T01:00:00Z");
  const client = createDoorstepClient({ baseUrl: "http://localhost:5000", fetch: answer, now });
  expect(await client.diagnose()).toEqual([
    "DS-43 The clock of this device is 3600 s ahead of the server's.",
  ]);
});

test("diagnose finds nothing wrong with a sound connection", async () => {
  page("http://localhost:5173/");
  const client = createDoorstepClient({
    baseUrl: "http://localhost:5000",
    fetch: async () => Response.json({}, { headers: { Date: new Date().toUTCString() } }),
  });
  expect(await client.diagnose()).toEqual([]);
});
