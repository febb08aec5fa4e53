import { expect, test } from "vitest";
import { getSession } from "../src/server.js";
import { ada, json, nobody, problem, serve } from "./support/server.js";

test("the visitor's cookie is passed on", async () => {
  const { url, seen } = await serve((response) => json(response, 200, { user: ada }));
  const cookies = { toString: () => "theme=dark; doorstep-5000=ds_x" };
  expect(await getSession(cookies, { baseUrl: url })).toEqual({
    status: "signed-in",
    customer: ada,
  });
  expect(seen[0]?.headers.cookie).toBe("theme=dark; doorstep-5000=ds_x");
});

test("without the session cookie nothing is asked", async () => {
  const { url, seen } = await serve((response) => json(response, 200, { user: ada }));
  for (const cookie of [
    null,
    undefined,
    "",
    "theme=dark; notdoorstep=1",
    "doorstep-echo=1",
    "doorstep-5000-echo=1",
  ]) {
    expect(await getSession(cookie, { baseUrl: url })).toEqual({ status: "signed-out" });
  }
  expect(seen).toHaveLength(0);
});

test("an ended session is signed out, a broken server unknown", async () => {
  const ended = await serve((response) => nobody(response, "session_ended"));
  expect(await getSession("__Host-doorstep=x", { baseUrl: ended.url })).toEqual({
    status: "signed-out",
  });
  const broken = await serve((response) => problem(response, 500, "internal"));
  expect(await getSession("__Host-doorstep=x", { baseUrl: broken.url })).toMatchObject({
    status: "unknown",
    error: { code: "internal" },
  });
});

test("a relative address is refused with DS-23", async () => {
  await expect(getSession("doorstep-80=x", { baseUrl: "/" })).rejects.toThrow("DS-23");
});
