import { expect, test } from "vitest";
import { createDoorstepClient } from "../src/index.js";
import { createTokenStore } from "../src/tokens.js";
import { memory } from "./support/memory.js";
import { ada, deferred, input, json, nobody, problem, serve } from "./support/server.js";

test("a token survives a restart in the storage, and leaves it at the sign-out", async () => {
  const { url, seen } = await serve((response, { url: path, headers }) => {
    if (path === "/api/login") return json(response, 200, { user: ada, token: "ds_t1" });
    if (headers.authorization !== "Bearer ds_t1") return nobody(response);
    return path === "/api/session"
      ? json(response, 200, { user: ada })
      : void response.writeHead(204).end();
  });
  const { entries, storage } = memory();
  await createDoorstepClient({ baseUrl: url, session: "token", storage }).login(input);
  expect(seen[0]?.body.session).toBe("token");
  expect(Object.values(entries)).toEqual(['{"token":"ds_t1"}']);

  const restarted = createDoorstepClient({ baseUrl: url, session: "token", storage });
  expect(await restarted.refresh()).toEqual({ status: "signed-in", customer: ada });
  await restarted.logout();
  expect(entries).toEqual({});
  expect(await restarted.refresh()).toEqual({ status: "signed-out" });
});

for (const session of ["token", "jwt"] as const) {
  test(`a new password goes on with other secrets: ${session}`, async () => {
    const isJwt = session === "jwt";
    const handed = (n: number) => ({ token: `t${n}`, ...(isJwt && { refreshToken: `r${n}` }) });
    let lost = 0;
    const { url, seen } = await serve((response, { url: path }) => {
      if (path === "/api/login") return json(response, 200, { user: ada, ...handed(1) });
      if (path === "/api/policy")
        return json(response, 200, { password: { idempotencyKey: true } });
      // The first answer is lost.
      if (path === "/api/user/password" && !lost++) return void response.destroy();
      return json(response, 200, { user: ada, ...handed(2) });
    });
    const { entries, storage } = memory();
    const client = createDoorstepClient({ baseUrl: url, session, storage });
    await client.login(input);
    const change = { currentPassword: input.password, newPassword: "another long secret" };
    expect(await client.changePassword(change)).toMatchObject({ ok: true });
    expect(client.getState()).toEqual({ status: "signed-in", customer: ada });
    expect(Object.values(entries)).toEqual([JSON.stringify(handed(2))]);
    await client.refresh();
    const sent = seen.filter(({ url: path }) => path === "/api/user/password");
    const [first, second] = sent.map(({ headers }) => headers);
    expect(first?.["idempotency-key"]).toBeTruthy();
    expect(first?.["idempotency-key"]).toBe(second?.["idempotency-key"]);
    expect([first?.authorization, second?.authorization]).toEqual(["Bearer t1", "Bearer t1"]);
    expect(seen.at(-1)?.headers.authorization).toBe("Bearer t2");
  });
}

test("an unreadable entry is signed out and wiped", async () => {
  const { url } = await serve((response) => nobody(response));
  const { entries, storage } = memory({ [`doorstep:${url}`]: "{broken" });
  const client = createDoorstepClient({ baseUrl: url, session: "token", storage });
  expect(await client.refresh()).toEqual({ status: "signed-out" });
  expect(entries).toEqual({});
});

test("no_session despite a token is a proxy's doing, not a sign-out", async () => {
  const { url } = await serve((response) => nobody(response));
  const { storage } = memory({ [`doorstep:${url}`]: '{"token":"ds_t1"}' });
  const client = createDoorstepClient({ baseUrl: url, session: "token", storage });
  expect(await client.refresh()).toMatchObject({ status: "unknown" });
});

test("an expired access token is renewed once for all calls that wait", async () => {
  const { url, seen } = await serve((response, { url: path, headers }) => {
    if (path === "/api/login")
      return json(response, 200, { user: ada, token: "old", refreshToken: "r1" });
    if (path === "/api/token/refresh")
      return json(response, 200, { token: "new", refreshToken: "r2" });
    return headers.authorization === "Bearer new"
      ? json(response, 200, { user: ada, sessions: [], addresses: [] })
      : problem(response, 401, "token_expired");
  });
  const { entries, storage } = memory();
  const client = createDoorstepClient({ baseUrl: url, session: "jwt", storage });
  await client.login(input);
  const results = await Promise.all([client.sessions.list(), client.addresses.list()]);
  expect(results.map(({ ok }) => ok)).toEqual([true, true]);
  const renewals = seen.filter(({ url: path }) => path === "/api/token/refresh");
  expect(renewals.map(({ body }) => body)).toEqual([{ refreshToken: "r1" }]);
  expect(Object.values(entries)).toEqual(['{"token":"new","refreshToken":"r2"}']);
});

test("a reused refresh token ends the session", async () => {
  const { url } = await serve((response, { url: path }) => {
    if (path === "/api/login")
      return json(response, 200, { user: ada, token: "old", refreshToken: "r1" });
    return problem(
      response,
      401,
      path === "/api/token/refresh" ? "refresh_reused" : "token_expired",
    );
  });
  const client = createDoorstepClient({ baseUrl: url, session: "jwt" });
  await client.login(input);
  expect(await client.refresh()).toEqual({ status: "signed-out" });
});

test("a storage that cannot be written still leaves a session", async () => {
  const { url, seen } = await serve((response) =>
    json(response, 200, { user: ada, token: "ds_t1" }),
  );
  const full = () => {
    throw new Error("QuotaExceededError");
  };
  const storage = { getItem: () => null, setItem: full, removeItem: full };
  const client = createDoorstepClient({ baseUrl: url, session: "token", storage });
  expect(await client.login(input)).toMatchObject({ ok: true });
  await client.refresh();
  expect(seen[1]?.headers.authorization).toBe("Bearer ds_t1");
});

test("a refusal of the older token does not end a login whose token is being written", async () => {
  const [refusal, writing, written] = [deferred(), deferred(), deferred()];
  const { url } = await serve(async (response, { url: path, headers }) => {
    if (path === "/api/login") return json(response, 200, { user: ada, token: "new" });
    if (headers.authorization === "Bearer new") return json(response, 200, { user: ada });
    await refusal.promise;
    problem(response, 401, "session_ended");
  });
  const { entries, storage } = memory({ [`doorstep:${url}`]: '{"token":"old"}' });
  const slow: typeof storage = {
    ...storage,
    setItem: async (key, value) => {
      writing.resolve();
      await written.promise;
      await storage.setItem(key, value);
    },
  };
  const client = createDoorstepClient({ baseUrl: url, session: "token", storage: slow });
  const list = client.addresses.list();
  const login = client.login(input);
  await writing.promise;
  refusal.resolve();
  expect(await list).toMatchObject({ ok: false, error: { code: "session_ended" } });
  written.resolve();
  expect(await login).toMatchObject({ ok: true });
  expect(client.getState()).toEqual({ status: "signed-in", customer: ada });
  expect(Object.values(entries)).toEqual(['{"token":"new"}']);
  expect(await client.refresh()).toEqual({ status: "signed-in", customer: ada });
});

for (const writer of ["this tab", "another tab"]) {
  test(`what ${writer} writes while the storage is being read counts`, async () => {
    const { entries, storage } = memory({ session: '{"token":"old"}' });
    const answer = deferred();
    const tokens = createTokenStore("session", {
      ...storage,
      getItem: async (key) => {
        const text = entries[key] ?? null;
        await answer.promise;
        return text;
      },
    });
    const found = tokens.read();
    if (writer === "this tab") void tokens.write({ token: "new" });
    else {
      entries.session = '{"token":"new"}';
      tokens.reread();
    }
    answer.resolve();
    expect(await found).toEqual({ token: "new" });
    expect(await tokens.read()).toEqual({ token: "new" });
  });
}
