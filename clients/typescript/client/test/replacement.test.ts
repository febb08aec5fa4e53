import { afterAll, beforeAll, expect, test } from "vitest";
import { startDoorstep } from "../../../fixture/doorstep.mjs";
import { createDoorstepClient, type DoorstepClient, type DoorstepOptions } from "../src/index.js";
import { browserFetch } from "./support/browser.js";
import { memory } from "./support/memory.js";
import { deferred } from "./support/server.js";

// What other calls meet while a new password is on its way. Against the real server: every test has a customer of its own.
let server: Awaited<ReturnType<typeof startDoorstep>>;
beforeAll(async () => {
  server = await startDoorstep();
}, 30_000);
afterAll(() => server?.stop());

let count = 0;
const newcomer = () => ({
  name: "Grace Hopper",
  email: `grace.${++count}@example.com`,
  password: "nanoseconds are 30 cm long",
});

const newPassword = "a wholly different sentence";

/**
 * A network that holds the answer to a new password until `release`, and loses it then `losses` times, as a proxy does.
 * `changed`: the server has decided. `refusals`: so many other calls have met the end of the session, and the kit has judged it.
 */
function network(losses: number) {
  const [changed, release] = [deferred(), deferred()];
  let refused = 0;
  let wanted = { count: Number.POSITIVE_INFINITY, seen: deferred() };
  const { fetch: fetcher } = browserFetch(server.url, async (url, init) => {
    const response = await fetch(url, init);
    if (`${url}`.endsWith("/user/password")) {
      changed.resolve();
      await release.promise;
      if (losses-- > 0) return new Response("", { status: 502, headers: { "Retry-After": "0" } });
    } else if (response.status === 401) {
      const text = await response.text();
      response.text = async () => {
        setImmediate(() => ++refused >= wanted.count && wanted.seen.resolve());
        return text;
      };
    }
    return response;
  });
  const refusals = (count: number) => {
    wanted = { count, seen: deferred() };
    return wanted.seen.promise;
  };
  return { fetch: fetcher, changed: changed.promise, release: release.resolve, refusals };
}

async function customer(losses: number, options: Partial<DoorstepOptions>) {
  const { fetch: fetcher, ...held } = network(losses);
  const client = createDoorstepClient({ baseUrl: server.url, fetch: fetcher, ...options });
  const input = newcomer();
  expect(await client.signUp(input)).toMatchObject({ ok: true });
  const change = () => client.changePassword({ currentPassword: input.password, newPassword });
  return { client, input, change, ...held };
}

const statesOf = (client: DoorstepClient) => {
  const states: string[] = [];
  client.subscribe(() => states.push(client.getState().status));
  return states;
};

// In a browser the refusal removes the cookie: a repetition of the change would come without one.
test.each([
  ["cookie", 0],
  ["token", 1],
  ["jwt", 1],
] as const)("a refusal meanwhile is no end: %s, %i answers lost", async (session, losses) => {
  const { storage } = memory();
  const { client, change, changed, release, refusals } = await customer(losses, {
    session,
    storage,
  });
  const states = statesOf(client);
  const changing = change();
  await changed;
  // The old secret is dead by now, and the kit has no other yet.
  const met = refusals(2);
  const reads = Promise.all([client.addresses.list(), client.sessions.list()]);
  await met;
  release();
  expect(await changing).toMatchObject({ ok: true });
  expect(await reads).toMatchObject([{ ok: true }, { ok: true, data: [{ current: true }] }]);
  expect(new Set(states)).toEqual(new Set(["signed-in"]));
  if (session === "cookie") return;
  const next = createDoorstepClient({ baseUrl: server.url, session, storage });
  expect(await next.refresh()).toMatchObject({ status: "signed-in" });
});

test("nor while it is undecided: it can be asked for again", async () => {
  const { client, input, change, changed, release, refusals } = await customer(3, {
    session: "token",
  });
  const changing = change();
  await changed;
  const met = refusals(1);
  const read = client.addresses.list();
  await met;
  release();
  expect(await changing).toMatchObject({ ok: false, error: { status: 502 } });
  expect(await read).toMatchObject({ ok: false, error: { code: "session_ended" } });
  expect(client.getState()).toMatchObject({ status: "signed-in" });
  expect(await change()).toMatchObject({ ok: true });
  expect(await client.addresses.list()).toMatchObject({ ok: true });
  // What is over is not waited for again.
  const elsewhere = createDoorstepClient({ baseUrl: server.url, session: "token" });
  await elsewhere.login({ ...input, password: newPassword });
  await elsewhere.sessions.endOthers();
  expect(await client.addresses.list()).toMatchObject({ error: { code: "session_ended" } });
  expect(client.getState()).toEqual({ status: "signed-out" });
});

test("a refused change lets the session end that was ended elsewhere", async () => {
  const { client, input, change, changed, release, refusals } = await customer(0, {
    session: "token",
  });
  const elsewhere = createDoorstepClient({ baseUrl: server.url, session: "token" });
  await elsewhere.login(input);
  expect(await elsewhere.sessions.endOthers()).toMatchObject({ ok: true });
  const changing = change();
  await changed;
  const met = refusals(1);
  const read = client.addresses.list();
  await met;
  expect(client.getState().status).toBe("signed-in");
  release();
  expect(await read).toMatchObject({ ok: false, error: { code: "session_ended" } });
  expect(await changing).toMatchObject({ ok: false, error: { code: "session_ended" } });
  expect(client.getState()).toEqual({ status: "signed-out" });
});
