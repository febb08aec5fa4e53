import { expect, test } from "vitest";
import { createDoorstepClient } from "../src/index.js";
import { ada, input, json, problem, serve } from "./support/server.js";

test("a change names the version that was read", async () => {
  const { url, seen } = await serve((response, { method }) =>
    json(response, 200, { user: ada }, { ETag: method === "GET" ? '"1"' : '"2"' }),
  );
  const client = createDoorstepClient({ baseUrl: url });
  expect(await client.profile.update({ name: "Ada" })).toEqual({ ok: true, data: ada });
  await client.profile.update({ name: "Ada L" });
  expect(seen.map(({ method, headers }) => [method, headers["if-match"]])).toEqual([
    ["GET", undefined],
    ["PATCH", '"1"'],
    ["PATCH", '"2"'],
  ]);
});

test("a refused change shows what the other one made of the profile", async () => {
  let name = "Ada";
  const { url } = await serve((response, { method }) =>
    method === "GET"
      ? json(response, 200, { user: { ...ada, name } }, { ETag: `"${name}"` })
      : problem(response, 412, "changed_meanwhile"),
  );
  const client = createDoorstepClient({ baseUrl: url });
  await client.refresh();
  name = "Countess";
  expect(await client.profile.update({ name: "X" })).toMatchObject({
    error: { code: "changed_meanwhile" },
  });
  expect(client.getState().customer?.name).toBe("Countess");
});

test("every call has the method, path and body of the contract", async () => {
  const { url, seen } = await serve((response, { method, url: path }) =>
    method === "DELETE" || path === "/api/user/password"
      ? void response.writeHead(204).end()
      : json(response, 200, { address: { id: "a" }, addresses: [], sessions: [] }),
  );
  const client = createDoorstepClient({ baseUrl: url });
  const place = { name: "Ada", line1: "1 Road", postalCode: "BA1", city: "Bath", country: "GB" };
  expect(await client.addresses.list()).toEqual({ ok: true, data: [] });
  expect(await client.addresses.add(place)).toEqual({ ok: true, data: { id: "a" } });
  await client.addresses.change("a", { city: "York" });
  await client.addresses.remove("a");
  expect(await client.sessions.list()).toEqual({ ok: true, data: [] });
  await client.sessions.end("s");
  expect(await client.sessions.endOthers()).toEqual({ ok: true, data: undefined });
  await client.changePassword({ currentPassword: "x", newPassword: "y" });
  await client.exportData();
  await client.deleteAccount({ currentPassword: "x" });
  expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([
    ["GET", "/api/user/addresses", undefined],
    ["POST", "/api/user/addresses", place],
    ["PATCH", "/api/user/addresses/a", { city: "York" }],
    ["DELETE", "/api/user/addresses/a", undefined],
    ["GET", "/api/sessions", undefined],
    ["DELETE", "/api/sessions/s", undefined],
    ["DELETE", "/api/sessions", undefined],
    // Whether the change may be sent again.
    ["GET", "/api/policy", undefined],
    ["POST", "/api/user/password", { currentPassword: "x", newPassword: "y" }],
    ["GET", "/api/user/export", undefined],
    ["DELETE", "/api/user", { currentPassword: "x" }],
  ]);
  expect(client.getState()).toEqual({ status: "signed-out" });
});

test("a version that is fetched only for a change guards what was shown before", async () => {
  let name = "Ada";
  const { url, seen } = await serve((response, { method, headers, url: path }) => {
    const user = { ...ada, name };
    if (path === "/api/login") return json(response, 200, { user });
    if (method === "GET") return json(response, 200, { user }, { ETag: '"2"' });
    return headers["if-match"] === '"2"'
      ? json(response, 200, { user })
      : problem(response, 412, "changed_meanwhile");
  });
  const client = createDoorstepClient({ baseUrl: url });
  await client.login(input);
  name = "Countess";
  expect(await client.profile.update({ phone: "+49 30 901820" })).toMatchObject({
    error: { code: "changed_meanwhile", status: 412 },
  });
  expect(client.getState().customer?.name).toBe("Countess");
  expect(await client.profile.update({ phone: "+49 30 901820" })).toMatchObject({ ok: true });
  expect(seen.filter(({ method }) => method === "PATCH")).toHaveLength(2);
});

test("a profile that cannot be read is not changed", async () => {
  const { url, seen } = await serve((response, { url: path }) =>
    path === "/api/login" ? json(response, 200, { user: ada }) : void response.destroy(),
  );
  const client = createDoorstepClient({ baseUrl: url });
  await client.login(input);
  expect(await client.profile.update({ name: "X" })).toMatchObject({
    error: { code: "unreachable" },
  });
  expect(seen.some(({ method }) => method === "PATCH")).toBe(false);
});
