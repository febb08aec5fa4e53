import { expect, onTestFinished, test, vi } from "vitest";
import { createDoorstepClient, type DoorstepClient, type SessionState } from "../src/index.js";
import { ada, deferred, input, json, nobody, problem, serve } from "./support/server.js";

function follow(client: DoorstepClient) {
  const states: SessionState[] = [];
  const stop = client.subscribe(() => states.push(client.getState()));
  onTestFinished(stop);
  return states;
}

test("nothing is sent before somebody asks", async () => {
  const fetcher = vi.fn();
  const client = createDoorstepClient({ baseUrl: "http://localhost:1", fetch: fetcher });
  expect(client.getState()).toEqual({ status: "loading" });
  await Promise.resolve();
  expect(fetcher).not.toHaveBeenCalled();
});

test("a subscription asks once who is signed in", async () => {
  const { url, seen } = await serve((response) => json(response, 200, { user: ada }));
  const client = createDoorstepClient({ baseUrl: url });
  const states = follow(client);
  follow(client);
  await Promise.all([client.ready, client.refresh(), client.refresh()]);
  expect(states).toEqual([{ status: "signed-in", customer: ada }]);
  expect(client.getState()).toBe(client.getState());
  expect(seen).toHaveLength(1);
});

test.each(["no_session", "session_ended"])("%s means signed out", async (code) => {
  const { url } = await serve((response) => nobody(response, code));
  const client = createDoorstepClient({ baseUrl: url });
  expect(await client.refresh()).toEqual({ status: "signed-out" });
});

test.each([
  [401, "token_invalid"],
  [401, "something_new"],
  [403, "csrf_refused"],
  [404, "not_found"],
  [500, "internal"],
])("%i %s says nothing about the session", async (status, code) => {
  const { url } = await serve((response) => problem(response, status, code));
  const client = createDoorstepClient({ baseUrl: url });
  expect(await client.refresh()).toMatchObject({ status: "unknown", error: { code } });
});

test("a visitor who asks for a profile gets the same error as by any other route", async () => {
  const { url } = await serve((response) => nobody(response));
  expect(await createDoorstepClient({ baseUrl: url }).profile.get()).toEqual({
    ok: false,
    error: { code: "no_session", message: "You are not signed in.", status: 401, fields: {} },
  });
});

test("a JSON answer that is not about sessions is no sign-out", async () => {
  const { url } = await serve((response) => json(response, 200, { hello: "world" }));
  const client = createDoorstepClient({ baseUrl: url });
  expect(await client.refresh()).toMatchObject({ status: "unknown" });
});

test("a wrong current password does not sign out", async () => {
  const { url } = await serve((response, { method }) =>
    method === "GET"
      ? json(response, 200, { user: ada })
      : problem(response, 401, "invalid_credentials"),
  );
  const client = createDoorstepClient({ baseUrl: url });
  await client.refresh();
  await client.changePassword({ currentPassword: "x", newPassword: "y" });
  expect(client.getState().status).toBe("signed-in");
});

test("a lost network makes a session stale, and its return fresh again", async () => {
  let up = true;
  const { url } = await serve((response) =>
    up ? json(response, 200, { user: ada }) : void response.destroy(),
  );
  const client = createDoorstepClient({ baseUrl: url });
  await client.refresh();
  up = false;
  expect(await client.refresh()).toMatchObject({
    status: "signed-in",
    customer: ada,
    stale: true,
    error: { code: "unreachable" },
  });
  up = true;
  expect(await client.refresh()).toEqual({ status: "signed-in", customer: ada });
});

test("an offline start is unknown, not signed out, and heals when the browser is online", async () => {
  let up = false;
  const { url } = await serve((response) =>
    up
      ? json(response, 200, { user: ada })
      : problem(response, 503, "unavailable", { "Retry-After": "60" }),
  );
  const page = new EventTarget();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  onTestFinished(() => void vi.unstubAllGlobals());
  const client = createDoorstepClient({ baseUrl: url });
  const states = follow(client);
  expect(await client.ready).toMatchObject({ status: "unknown", error: { code: "unavailable" } });
  up = true;
  page.dispatchEvent(new Event("online"));
  await vi.waitFor(() => expect(states.at(-1)).toEqual({ status: "signed-in", customer: ada }));
});

test("an answer from before a sign-out is dropped", async () => {
  const late = deferred();
  const { url } = await serve(async (response, { method }) => {
    if (method === "POST") return void response.writeHead(204).end();
    await late.promise;
    json(response, 200, { user: ada });
  });
  const client = createDoorstepClient({ baseUrl: url });
  const states = follow(client);
  const refresh = client.refresh();
  await client.logout();
  late.resolve();
  await refresh;
  expect(states).toEqual([{ status: "signed-out" }]);
});

test("a 'nobody' from before a sign-in does not sign out", async () => {
  const late = deferred();
  const { url } = await serve(async (response, { method }) => {
    if (method === "POST") return json(response, 200, { user: ada });
    await late.promise;
    nobody(response);
  });
  const client = createDoorstepClient({ baseUrl: url });
  const refresh = client.refresh();
  await client.login(input);
  late.resolve();
  expect(await refresh).toEqual({ status: "signed-in", customer: ada });
});

test("a check after a sign-in does not share the answer of one from before", async () => {
  const late = deferred();
  const { url, seen } = await serve(async (response, { method }, count) => {
    if (count === 1) await late.promise;
    if (method === "POST" || count > 1) json(response, 200, { user: { ...ada, name: `${count}` } });
    else nobody(response);
  });
  const client = createDoorstepClient({ baseUrl: url });
  const before = client.refresh();
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  await client.login(input);
  expect((await client.refresh()).customer?.name).toBe("3");
  late.resolve();
  await before;
  expect(client.getState().customer?.name).toBe("3");
});

test("a list that is under way is not shared past a change", async () => {
  const late = deferred();
  const { url, seen } = await serve(async (response, { method }, count) => {
    if (method !== "GET") return void response.writeHead(204).end();
    if (count === 1) await late.promise;
    json(response, 200, { sessions: [count] });
  });
  const client = createDoorstepClient({ baseUrl: url });
  const before = client.sessions.list();
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  await client.sessions.end("x");
  expect(await client.sessions.list()).toEqual({ ok: true, data: [3] });
  late.resolve();
  expect(await before).toEqual({ ok: true, data: [1] });
});

test("a first check that finds nobody does not disturb a login under way", async () => {
  const [check, login] = [deferred(), deferred()];
  const { url, seen } = await serve(async (response, { method }) => {
    await (method === "GET" ? check : login).promise;
    if (method === "GET") nobody(response);
    else json(response, 200, { user: ada });
  });
  const client = createDoorstepClient({ baseUrl: url });
  const states = follow(client);
  const entered = client.login(input);
  check.resolve();
  await client.ready;
  login.resolve();
  await entered;
  expect(states.map(({ status }) => status)).toEqual(["signed-out", "signed-in"]);
  expect(seen).toHaveLength(2);
});

test("a sign-in that crosses a sign-out is decided by the server", async () => {
  const late = deferred();
  const { url } = await serve(async (response, { url: path }) => {
    if (path === "/api/logout") return void response.writeHead(204).end();
    if (path === "/api/session") return nobody(response, "session_ended");
    await late.promise;
    json(response, 200, { user: ada });
  });
  const client = createDoorstepClient({ baseUrl: url });
  const login = client.login(input);
  await client.logout();
  late.resolve();
  await login;
  expect(client.getState()).toEqual({ status: "signed-out" });
});

test("any call that hears session_ended ends the session here", async () => {
  const { url } = await serve((response, { url: path }) =>
    path === "/api/session"
      ? json(response, 200, { user: ada })
      : problem(response, 401, "session_ended"),
  );
  const client = createDoorstepClient({ baseUrl: url });
  await client.refresh();
  expect(await client.sessions.list()).toMatchObject({ ok: false });
  expect(client.getState()).toEqual({ status: "signed-out" });
});

test("a logout of an ended session is a success, of an unreachable server not", async () => {
  let up = false;
  const { url } = await serve((response, { method }) => {
    if (method === "GET") return json(response, 200, { user: ada });
    return up ? problem(response, 401, "session_ended") : void response.destroy();
  });
  const client = createDoorstepClient({ baseUrl: url });
  await client.refresh();
  expect(await client.logout()).toMatchObject({ ok: false, error: { code: "unreachable" } });
  expect(client.getState().status).toBe("signed-in");
  up = true;
  expect(await client.logout()).toEqual({ ok: true, data: undefined });
});

test("a token that the server cannot read can be left, and only by leaving", async () => {
  const { url } = await serve((response) => problem(response, 401, "token_invalid"));
  const storage = new Map([[`doorstep:${url}`, JSON.stringify({ token: "damaged" })]]);
  const client = createDoorstepClient({
    baseUrl: url,
    session: "token",
    storage: {
      getItem: (key) => storage.get(key) ?? null,
      setItem: (key, value) => storage.set(key, value),
      removeItem: (key) => storage.delete(key),
    },
  });
  expect(await client.deleteAccount({ currentPassword: "x" })).toMatchObject({ ok: false });
  expect(storage.size).toBe(1);
  expect(await client.logout()).toEqual({ ok: true, data: undefined });
  expect(client.getState()).toEqual({ status: "signed-out" });
  expect(storage.size).toBe(0);
});

test("a late login whose check finds no network is not known, until there is one", async () => {
  const late = deferred();
  let up = true;
  const { url } = await serve(async (response, { url: path }) => {
    if (path === "/api/logout") return void response.writeHead(204).end();
    if (path === "/api/login") {
      await late.promise;
      json(response, 200, { user: ada });
      up = false;
    } else if (up) json(response, 200, { user: ada });
    else response.destroy();
  });
  const client = createDoorstepClient({ baseUrl: url });
  await client.refresh();
  const login = client.login(input);
  await client.logout();
  expect(client.getState()).toEqual({ status: "signed-out" });
  late.resolve();
  expect(await login).toMatchObject({ ok: true });
  expect(client.getState()).toMatchObject({ status: "unknown", error: { code: "unreachable" } });
  up = true;
  expect(await client.refresh()).toEqual({ status: "signed-in", customer: ada });
});

test("other tabs follow sign-in, change and sign-out, and the channel carries no more than the word", async () => {
  let name = "Ada";
  let signedIn = false;
  const { url } = await serve((response, { method, url: path }) => {
    if (path === "/api/login") signedIn = true;
    if (path === "/api/logout") {
      signedIn = false;
      return void response.writeHead(204).end();
    }
    if (method === "PATCH") name = "Countess";
    return signedIn
      ? json(response, 200, { user: { ...ada, name } }, { ETag: '"1"' })
      : nobody(response);
  });
  const heard: unknown[] = [];
  const wire = new BroadcastChannel(`doorstep:${url}`);
  wire.onmessage = (event) => heard.push((event as MessageEvent).data);
  onTestFinished(() => wire.close());

  const here = createDoorstepClient({ baseUrl: url });
  const there = createDoorstepClient({ baseUrl: url });
  follow(there);
  expect(await there.ready).toEqual({ status: "signed-out" });

  await here.login(input);
  await vi.waitFor(() => expect(there.getState().customer?.name).toBe("Ada"));
  await here.profile.update({ name: "Countess" });
  await vi.waitFor(() => expect(there.getState().customer?.name).toBe("Countess"));
  await here.logout();
  await vi.waitFor(() => expect(there.getState().status).toBe("signed-out"));
  expect(heard).toEqual(["in", "changed", "out"]);
});

test("the last listener closes the channel, a new one opens it again", async () => {
  const { url } = await serve((response) => json(response, 200, { user: ada }));
  const client = createDoorstepClient({ baseUrl: url });
  const close = vi.spyOn(BroadcastChannel.prototype, "close");
  onTestFinished(() => close.mockRestore());
  const listener = vi.fn();
  const [first, second] = [client.subscribe(listener), client.subscribe(listener)];
  first();
  first();
  expect(close).not.toHaveBeenCalled();
  second();
  expect(close).toHaveBeenCalledOnce();
  const third = client.subscribe(listener);
  await client.ready;
  expect(listener).toHaveBeenCalledOnce();
  third();
  expect(close).toHaveBeenCalledTimes(2);
});

test("a session found while rendering saves the first request", async () => {
  const { url, seen } = await serve((response) => json(response, 200, { user: ada }));
  const client = createDoorstepClient({ baseUrl: url });
  follow(client);
  client.restore({ status: "signed-in", customer: ada });
  client.restore({ status: "signed-out" });
  await client.ready;
  expect(client.getState()).toEqual({ status: "signed-in", customer: ada });
  expect(seen).toHaveLength(0);
});

test("a list that is under way is not shared with the next customer", async () => {
  const late = deferred();
  const { url, seen } = await serve(async (response, { method, url: path }, count) => {
    if (path === "/api/login") return json(response, 200, { user: ada });
    if (method !== "GET") return void response.writeHead(204).end();
    if (count === 1) await late.promise;
    json(response, 200, { sessions: [count] });
  });
  const client = createDoorstepClient({ baseUrl: url });
  const first = client.sessions.list();
  const shared = client.sessions.list();
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  await client.login(input);
  const second = await client.sessions.list();
  late.resolve();
  const lists = await Promise.all([first, shared, second]);
  expect(lists.map((list) => list.ok && list.data)).toEqual([[1], [1], [3]]);
});
