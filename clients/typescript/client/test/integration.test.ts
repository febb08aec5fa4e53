import { afterAll, beforeAll, expect, test } from "vitest";
import { startDoorstep } from "../../../fixture/doorstep.mjs";
import { createDoorstepClient, type DoorstepOptions } from "../src/index.js";
import { getSession } from "../src/server.js";
import { browserFetch } from "./support/browser.js";

// Against the real server: every test has a customer of its own.
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

function browser(inner?: typeof fetch) {
  const { fetch, cookie } = browserFetch(server.url, inner);
  return { client: createDoorstepClient({ baseUrl: server.url, fetch }), cookie };
}

async function customer() {
  const input = newcomer();
  const { client, cookie } = browser();
  const result = await client.signUp(input);
  expect(result).toMatchObject({ ok: true });
  return { input, client, cookie };
}

test("a sign-up signs in, and the session survives a reload", async () => {
  const { input, client, cookie } = await customer();
  expect(client.getState()).toMatchObject({
    status: "signed-in",
    customer: { name: input.name, email: input.email, emailVerified: false },
  });
  expect(await client.refresh()).toMatchObject({ status: "signed-in" });
  const rendered = await getSession(cookie(), { baseUrl: server.url });
  expect(rendered).toMatchObject({ status: "signed-in", customer: { email: input.email } });
});

test("refusals are typed", async () => {
  const { input } = await customer();
  const { client } = browser();
  expect(await client.signUp({ ...input, name: "Again" })).toMatchObject({
    ok: false,
    error: { code: "email_taken", status: 409, requestId: expect.stringMatching(/./) },
  });
  expect(await client.signUp({ name: "", email: "", password: "" })).toMatchObject({
    ok: false,
    error: { code: "missing_fields", status: 400, fields: { email: { code: "required" } } },
  });
  expect(await client.signUp({ ...newcomer(), email: "no", password: "short" })).toMatchObject({
    ok: false,
    error: {
      code: "invalid_fields",
      status: 422,
      fields: { email: { code: "email_invalid" }, password: { code: "password_too_short" } },
    },
  });
  expect(await client.login({ ...input, password: "not this one" })).toMatchObject({
    ok: false,
    error: { code: "invalid_credentials", status: 401 },
  });
});

test("a sign-up whose answer was lost succeeds by its retry, session included", async () => {
  let lost = 0;
  const { client } = browser(async (url, init) => {
    const response = await fetch(url, init);
    if (`${url}`.endsWith("/signup") && !lost++) throw new TypeError("Failed to fetch");
    return response;
  });
  expect(await client.signUp(newcomer())).toMatchObject({ ok: true });
  expect(lost).toBe(2);
  expect(await client.refresh()).toMatchObject({ status: "signed-in" });
  expect(await client.sessions.list()).toMatchObject({ ok: true, data: [{ current: true }] });
});

test("a logout ends the session here and on the server", async () => {
  const { client, cookie } = await customer();
  const before = cookie();
  expect(await client.logout()).toMatchObject({ ok: true });
  expect(cookie()).toMatch(/^[\w-]+-device=[\w-]+$/);
  expect(await getSession(before, { baseUrl: server.url })).toEqual({ status: "signed-out" });
  expect(await client.refresh()).toEqual({ status: "signed-out" });
});

test("of two changes to one profile the second is told of the first", async () => {
  const { input, client } = await customer();
  const other = browser().client;
  await other.login(input);
  await other.refresh();
  expect(await client.profile.update({ phone: "+49 30 901820" })).toMatchObject({
    ok: true,
    data: { name: input.name },
  });
  expect(await other.profile.update({ name: "Amazing Grace" })).toMatchObject({
    ok: false,
    error: { code: "changed_meanwhile", status: 412 },
  });
  expect(await other.profile.update({ name: "Amazing Grace", phone: null })).toMatchObject({
    ok: true,
    data: { name: "Amazing Grace" },
  });
  const { customer: now } = await client.refresh();
  expect(now?.name).toBe("Amazing Grace");
  expect(now?.phone ?? null).toBeNull();
});

test("other devices are listed, ended one by one and all at once", async () => {
  const { input, client } = await customer();
  const [phone, tablet] = [browser().client, browser().client];
  await phone.login(input);
  await tablet.login(input);
  const list = await client.sessions.list();
  if (!list.ok) throw new Error(list.error.message);
  expect(list.data).toHaveLength(3);
  expect(list.data.filter(({ current }) => current)).toHaveLength(1);

  const own = await phone.sessions.list();
  const id = own.ok ? own.data.find(({ current }) => current)?.id : undefined;
  expect(await client.sessions.end(`${id}`)).toMatchObject({ ok: true });
  expect(await phone.refresh()).toEqual({ status: "signed-out" });
  expect(await client.sessions.endOthers()).toMatchObject({ ok: true });
  expect(await tablet.refresh()).toEqual({ status: "signed-out" });
  expect(await client.refresh()).toMatchObject({ status: "signed-in" });
});

test("a new password ends the other devices and replaces the old one", async () => {
  const { input, client } = await customer();
  const other = browser().client;
  await other.login(input);
  const newPassword = "a wholly different sentence";
  expect(await client.changePassword({ currentPassword: "wrong one", newPassword })).toMatchObject({
    ok: false,
    error: { code: "invalid_credentials" },
  });
  expect(
    await client.changePassword({ currentPassword: input.password, newPassword }),
  ).toMatchObject({
    ok: true,
  });
  expect(await other.refresh()).toEqual({ status: "signed-out" });
  expect(await client.refresh()).toMatchObject({ status: "signed-in" });
  expect(await other.login(input)).toMatchObject({ ok: false });
  expect(await other.login({ ...input, password: newPassword })).toMatchObject({ ok: true });
});

test.each(["cookie", "token", "jwt"] as const)(
  "a change of password whose answer was lost succeeds by its retry: %s",
  async (session) => {
    let lost = 0;
    const { fetch: fetcher } = browserFetch(server.url, async (url, init) => {
      const response = await fetch(url, init);
      if (`${url}`.endsWith("/password") && !lost++) throw new TypeError("Failed to fetch");
      return response;
    });
    const client = createDoorstepClient({ baseUrl: server.url, fetch: fetcher, session });
    const input = newcomer();
    await client.signUp(input);
    const newPassword = "a wholly different sentence";
    expect(
      await client.changePassword({ currentPassword: input.password, newPassword }),
    ).toMatchObject({ ok: true });
    expect(lost).toBe(2);
    expect(await client.refresh()).toMatchObject({ status: "signed-in" });
    expect(await client.sessions.list()).toMatchObject({ ok: true, data: [{ current: true }] });
    expect(await browser().client.login({ ...input, password: newPassword })).toMatchObject({
      ok: true,
    });
  },
);

test("addresses are added, changed and removed", async () => {
  const { client } = await customer();
  const place = {
    name: "Grace",
    line1: "1 Navy Yard",
    postalCode: "20374",
    city: "Washington",
    country: "US",
  };
  const added = await client.addresses.add({ ...place, defaultShipping: true });
  if (!added.ok) throw new Error(JSON.stringify(added.error));
  expect(added.data).toMatchObject({ ...place, defaultShipping: true, defaultBilling: false });
  expect(await client.addresses.change(added.data.id, { city: "Arlington" })).toMatchObject({
    ok: true,
    data: { city: "Arlington", line1: place.line1 },
  });
  expect(await client.addresses.list()).toMatchObject({ ok: true, data: [{ city: "Arlington" }] });
  expect(await client.addresses.add({ ...place, country: "Atlantis" })).toMatchObject({
    ok: false,
    error: { code: "invalid_fields", fields: { country: { code: "country_invalid" } } },
  });
  expect(await client.addresses.remove(added.data.id)).toMatchObject({ ok: true });
  expect(await client.addresses.list()).toEqual({ ok: true, data: [] });
  expect(await client.addresses.remove(added.data.id)).toMatchObject({
    error: { code: "not_found" },
  });
});

test("the export holds the customer, and a deleted account is gone", async () => {
  const { input, client } = await customer();
  const exported = await client.exportData();
  expect(JSON.stringify(exported.ok && exported.data)).toContain(input.email);
  expect(await client.deleteAccount({ currentPassword: "wrong one" })).toMatchObject({
    error: { code: "invalid_credentials" },
  });
  expect(client.getState().status).toBe("signed-in");
  expect(await client.deleteAccount({ currentPassword: input.password })).toMatchObject({
    ok: true,
  });
  expect(client.getState()).toEqual({ status: "signed-out" });
  expect(await client.login(input)).toMatchObject({ error: { code: "invalid_credentials" } });
});

test.each(["token", "jwt"] as const)("a program signs in with session %s", async (session) => {
  const entries = new Map<string, string>();
  const storage = {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => entries.set(key, value),
    removeItem: (key: string) => entries.delete(key),
  };
  const options: DoorstepOptions = { baseUrl: server.url, session, storage };
  const client = createDoorstepClient(options);
  const input = newcomer();
  expect(await client.signUp(input)).toMatchObject({ ok: true });
  expect([...entries.values()][0]).toContain(session === "jwt" ? "refreshToken" : "ds_token_");
  const restarted = createDoorstepClient(options);
  expect(await restarted.refresh()).toMatchObject({ status: "signed-in" });
  expect(await restarted.logout()).toMatchObject({ ok: true });
  // What makes this a known device stays.
  expect([...entries.keys()]).toEqual([`doorstep:${server.url}:devices`]);
  expect(await client.refresh()).toEqual({ status: "signed-out" });
  expect(await restarted.login(input)).toMatchObject({ ok: true });
});

test("an access token that has expired is renewed", async () => {
  const hasty = await startDoorstep({ env: { DOORSTEP_TOKENS_ACCESS_TTL: "1s" } });
  try {
    const client = createDoorstepClient({ baseUrl: hasty.url, session: "jwt" });
    expect(await client.signUp(newcomer())).toMatchObject({ ok: true });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await client.profile.get()).toMatchObject({ ok: true });
    expect(client.getState()).toMatchObject({ status: "signed-in" });
  } finally {
    await hasty.stop();
  }
}, 30_000);

test("the form of the kit works without JavaScript", async () => {
  const { email, password, name } = newcomer();
  const response = await fetch(`${server.url}/api/signup`, {
    method: "POST",
    redirect: "manual",
    headers: { Accept: "text/html,*/*", Origin: server.url },
    body: new URLSearchParams({ name, email, password }),
  });
  expect(response.status).toBe(303);
  const cookie = response.headers.getSetCookie()[0]?.split(";")[0];
  expect(await getSession(cookie, { baseUrl: server.url })).toMatchObject({
    status: "signed-in",
    customer: { email },
  });
});

test("the policy says what a form needs to know", async () => {
  const policy = await browser().client.policy();
  expect(policy).toMatchObject({ ok: true, data: { password: { minLength: 8 } } });
});

test("diagnose finds nothing wrong with the real server", async () => {
  expect(await browser().client.diagnose()).toEqual([]);
});
