import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startDoorstep } from "../../../fixture/doorstep.mjs";
import { createDeviceTokens } from "../src/device-tokens.js";
import { createDoorstepClient } from "../src/index.js";
import { browserFetch } from "./support/browser.js";
import { memory } from "./support/memory.js";
import { ada, input, json, problem, serve } from "./support/server.js";

// What is sent and kept in each case stands in ../../../vectors/devices.json.
let server: Awaited<ReturnType<typeof startDoorstep>>;
beforeAll(async () => {
  server = await startDoorstep({ env: { DOORSTEP_LIMITS_LOGIN_PER_ACCOUNT: "3 in 10m" } });
}, 30_000);
afterAll(() => server?.stop());

const takesIt = { login: { optional: ["deviceToken"] } };

test.each(["token", "jwt"] as const)("guesses do not keep a known device out: %s", async (mode) => {
  const { storage } = memory();
  const options = { baseUrl: server.url, session: mode } as const;
  const phone = createDoorstepClient({ ...options, storage });
  const customer = { ...input, email: `ada.${mode}@example.com` };
  expect(await phone.signUp(customer)).toMatchObject({ ok: true });
  expect(await phone.logout()).toMatchObject({ ok: true });
  const stranger = createDoorstepClient(options);
  for (let guess = 0; guess < 3; guess++) {
    const wrong = await stranger.login({ ...customer, password: "not the one at all" });
    expect(wrong).toMatchObject({ error: { code: "invalid_credentials" } });
  }
  expect(await stranger.login(customer)).toMatchObject({ error: { code: "rate_limited" } });
  // The next start of the app: all that is known is what was stored.
  const restarted = createDoorstepClient({ ...options, storage });
  expect(await restarted.login(customer)).toMatchObject({ ok: true });
});

test("the token is renewed, outlives a logout, and goes with the account", async () => {
  const { entries, storage } = memory();
  const options = { baseUrl: server.url, session: "token", storage } as const;
  const phone = createDoorstepClient(options);
  const name = `doorstep:${server.url}:devices`;
  const kept = (): Record<string, string> => JSON.parse(entries[name] ?? "{}");
  const [one, two] = [1, 2].map((n) => ({ ...input, email: `grace.${n}@example.com` })) as [
    typeof input,
    typeof input,
  ];
  await phone.signUp(one);
  const first = kept()[one.email];
  expect(first).toMatch(/^ds_device_/);
  const newPassword = "another long secret";
  await phone.changePassword({ currentPassword: input.password, newPassword });
  const second = kept()[one.email];
  expect(second).toMatch(/^ds_device_/);
  expect(second).not.toBe(first);
  await phone.logout();
  expect(Object.keys(entries)).toEqual([name]);
  await phone.signUp(two);
  expect(Object.keys(kept())).toEqual([one.email, two.email]);
  expect(kept()[one.email]).toBe(second);
  // A start of the app that has not asked yet whose session it is.
  const restarted = createDoorstepClient(options);
  const gone = await restarted.deleteAccount({ currentPassword: input.password });
  expect(gone).toMatchObject({ ok: true });
  expect(kept()).toEqual({ [one.email]: second });
});

test("a browser's cookie does it: nothing is stored, and nothing more is asked", async () => {
  const { entries, storage } = memory();
  const paths: string[] = [];
  const { fetch: fetcher } = browserFetch(server.url, (url, init) => {
    paths.push(new URL(`${url}`).pathname);
    return fetch(url, init);
  });
  const client = createDoorstepClient({ baseUrl: server.url, fetch: fetcher, storage });
  const customer = { ...input, email: "alan@example.com" };
  await client.signUp(customer);
  await client.logout();
  expect(await client.login(customer)).toMatchObject({ ok: true });
  expect(entries).toEqual({});
  expect(paths).toEqual(["/api/signup", "/api/logout", "/api/login"]);
});

test("without a storage a device is known as long as the program runs", async () => {
  const { url, seen } = await serve((response, { url: path }) =>
    path === "/api/policy"
      ? json(response, 200, takesIt)
      : json(response, 200, { user: ada, token: "ds_token_1", deviceToken: "ds_device_1" }),
  );
  const client = createDoorstepClient({ baseUrl: url, session: "token" });
  await client.login(input);
  await client.login(input);
  const logins = seen.filter(({ url: path }) => path === "/api/login");
  expect(logins.map(({ body }) => body.deviceToken)).toEqual([undefined, "ds_device_1"]);
});

test("no log and no error tells the token", async () => {
  const { url, seen } = await serve((response, { url: path }) =>
    path === "/api/policy" ? json(response, 200, takesIt) : problem(response, 429, "rate_limited"),
  );
  const { storage } = memory({ [`doorstep:${url}:devices`]: `{"${ada.email}":"ds_device_a"}` });
  const told = vi.spyOn(console, "warn").mockImplementation(() => {});
  const client = createDoorstepClient({ baseUrl: url, session: "token", storage });
  const result = await client.login(input);
  expect(seen.at(-1)?.body.deviceToken).toBe("ds_device_a");
  expect(JSON.stringify([result, told.mock.calls])).not.toContain("ds_device");
  told.mockRestore();
});

test("a storage that is locked for now keeps its tokens", async () => {
  const { url, seen } = await serve((response, { url: path }, count) =>
    path === "/api/policy"
      ? json(response, 200, takesIt)
      : json(response, 200, { user: ada, token: "t", deviceToken: `ds_device_${count}` }),
  );
  const name = `doorstep:${url}:devices`;
  const text = '{"grace@example.com":"ds_device_g"}';
  const { entries, storage } = memory({ [name]: text });
  let isLocked = true;
  const locked: typeof storage = {
    ...storage,
    getItem: async (key) => {
      if (isLocked) throw new Error("locked");
      return storage.getItem(key);
    },
  };
  const client = createDoorstepClient({ baseUrl: url, session: "token", storage: locked });
  expect(await client.login(input)).toMatchObject({ ok: true });
  expect(entries[name]).toBe(text);
  isLocked = false;
  await client.login(input);
  expect(seen.at(-1)?.body.deviceToken).toBe("ds_device_1");
  expect(JSON.parse(entries[name] ?? "")).toEqual({
    "grace@example.com": "ds_device_g",
    [ada.email]: "ds_device_3",
  });
});

test("what another tab has kept is not written over", async () => {
  const { url } = await serve((response, { url: path, body }) =>
    path === "/api/session"
      ? json(response, 200, { user: ada })
      : json(response, 200, {
          user: { ...ada, email: body.email },
          token: "ds_token_1",
          deviceToken: `ds_device_${body.email[0]}`,
        }),
  );
  const { entries, storage } = memory();
  const tab = () => createDoorstepClient({ baseUrl: url, session: "token", storage });
  const [here, there] = [tab(), tab()];
  const stop = here.subscribe(() => {});
  await here.login(input);
  const heard = new Promise<void>((resolve) => here.subscribe(resolve));
  await there.login({ ...input, email: "grace@example.com" });
  await heard;
  stop();
  await here.login({ ...input, email: "bob@example.com" });
  expect(Object.keys(JSON.parse(entries[`doorstep:${url}:devices`] ?? ""))).toEqual([
    "ada@example.com",
    "grace@example.com",
    "bob@example.com",
  ]);
});

test("what another tab writes while the storage is being read counts", async () => {
  const stored = ['{"ada@example.com":"old"}', '{"ada@example.com":"new"}'];
  let answer = () => {};
  const slow = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const devices = createDeviceTokens("devices", {
    getItem: async () => {
      const text = stored.shift() ?? null;
      await slow;
      return text;
    },
    setItem: () => {},
    removeItem: () => {},
  });
  const found = devices.find("ada@example.com");
  devices.reread();
  answer();
  expect(await found).toBe("new");
});
