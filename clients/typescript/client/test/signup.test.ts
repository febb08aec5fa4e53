import { expect, test } from "vitest";
import { createDoorstepClient } from "../src/index.js";
import { ada, input, json, problem, serve } from "./support/server.js";

const keyOf = (one: { headers: Record<string, unknown> } | undefined) =>
  one?.headers["idempotency-key"] as string;

test("a lost answer is asked for again with the same key", async () => {
  const { url, seen } = await serve((response, _, count) =>
    count === 1
      ? void response.destroy()
      : count === 2
        ? problem(response, 503, "timeout", { "Retry-After": "0" })
        : json(response, 201, { user: ada }),
  );
  const result = await createDoorstepClient({ baseUrl: url }).signUp(input);
  expect(result).toEqual({ ok: true, data: ada });
  expect(seen).toHaveLength(3);
  expect(keyOf(seen[0])).toMatch(/^(\d{1,3}-){15}\d{1,3}$/);
  expect(new Set(seen.map(keyOf)).size).toBe(1);
});

test("the key is kept until the server has decided", async () => {
  const { url, seen } = await serve((response, _, count) =>
    count <= 3 ? void response.destroy() : problem(response, 409, "email_taken"),
  );
  const client = createDoorstepClient({ baseUrl: url });
  expect(await client.signUp(input)).toMatchObject({ ok: false, error: { code: "unreachable" } });
  expect(await client.signUp(input)).toMatchObject({ ok: false, error: { code: "email_taken" } });
  await client.signUp(input);
  expect(keyOf(seen[3])).toBe(keyOf(seen[0]));
  expect(keyOf(seen[4])).not.toBe(keyOf(seen[0]));
});

test("an aborted sign-up keeps its key: it may have arrived", async () => {
  const abort = new AbortController();
  const { url, seen } = await serve((response, _, count) => {
    if (count === 1) abort.abort();
    else json(response, 201, { user: ada });
  });
  const client = createDoorstepClient({ baseUrl: url });
  expect(await client.signUp(input, { signal: abort.signal })).toMatchObject({
    error: { code: "aborted" },
  });
  await client.signUp(input);
  expect(keyOf(seen[1])).toBe(keyOf(seen[0]));
});

test("other contents get another key", async () => {
  const { url, seen } = await serve((response) => void response.destroy());
  const client = createDoorstepClient({ baseUrl: url });
  await client.signUp(input);
  await client.signUp({ ...input, name: "Ada L" });
  expect(keyOf(seen[3])).not.toBe(keyOf(seen[0]));
});

test("a double click is one request and one answer", async () => {
  const { url, seen } = await serve((response) => json(response, 201, { user: ada }));
  const client = createDoorstepClient({ baseUrl: url });
  const [first, second] = await Promise.all([client.signUp(input), client.signUp(input)]);
  expect(first).toEqual({ ok: true, data: ada });
  expect(second).toBe(first);
  expect(seen).toHaveLength(1);
});

test("the session is there when the sign-up resolves, without another request", async () => {
  const { url, seen } = await serve((response) => json(response, 201, { user: ada }));
  const client = createDoorstepClient({ baseUrl: url });
  await client.signUp(input);
  expect(client.getState()).toEqual({ status: "signed-in", customer: ada });
  expect(seen.map(({ url }) => url)).toEqual(["/api/signup"]);
});

test("a page on plain http, where crypto.randomUUID is missing, can sign up", async () => {
  const { url, seen } = await serve((response) => json(response, 201, { user: ada }));
  const { randomUUID } = crypto;
  try {
    Object.assign(crypto, { randomUUID: undefined });
    expect(await createDoorstepClient({ baseUrl: url }).signUp(input)).toMatchObject({ ok: true });
    expect(keyOf(seen[0])).toMatch(/^(\d{1,3}-){15}\d{1,3}$/);
  } finally {
    Object.assign(crypto, { randomUUID });
  }
});
