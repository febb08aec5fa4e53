import { afterAll, beforeAll, expect, test } from "vitest";
import { startDoorstep } from "../../../fixture/doorstep.mjs";
import {
  confirmRecovery,
  confirmVerification,
  createDoorstepClient,
  requestRecovery,
  requestVerification,
} from "../src/index.js";
import { browserFetch } from "./support/browser.js";
import { latestMail } from "./support/mail.js";

// Against the real server, which keeps its mails in dev mode: every test has a customer of its own.
let server: Awaited<ReturnType<typeof startDoorstep>>;
beforeAll(async () => {
  server = await startDoorstep();
  // As an app asks before it offers any of this.
  expect(await browser().policy()).toMatchObject({ data: { mail: true } });
}, 30_000);
afterAll(() => server?.stop());

const changed = "a nanosecond is 30 cm of wire";
let count = 0;

function browser() {
  const { fetch } = browserFetch(server.url);
  return createDoorstepClient({ baseUrl: server.url, fetch });
}

async function customer() {
  const email = `grace.${++count}@example.com`;
  const input = { name: "Grace Hopper", email, password: "nanoseconds are 30 cm long" };
  const client = browser();
  expect(await client.signUp(input)).toMatchObject({ ok: true });
  return { input, client };
}

/** Asks, and waits for the mail. */
async function recovering(email: string, client = browser()) {
  const asked = await requestRecovery(client, { email: ` ${email} ` });
  if (!asked.ok) throw new Error(asked.error.code);
  return { request: asked.data.request, ...(await latestMail(server.url, email)) };
}

test("a forgotten password is replaced by the code of a mail, and every session has ended", async () => {
  const { input, client } = await customer();
  const visitor = browser();
  const { request, code } = await recovering(input.email, visitor);
  const confirmation = { request, code, newPassword: changed };
  expect(await confirmRecovery(visitor, confirmation)).toEqual({
    ok: true,
    data: { message: expect.stringMatching(/./) },
  });
  // Nobody is signed in by it.
  expect(visitor.getState()).toEqual({ status: "signed-out" });
  expect(await client.refresh()).toEqual({ status: "signed-out" });
  expect(await visitor.login(input)).toMatchObject({ error: { code: "invalid_credentials" } });
  expect(await visitor.login({ ...input, password: changed })).toMatchObject({ ok: true });
  expect(await confirmRecovery(visitor, confirmation)).toMatchObject({
    error: { code: "challenge_spent", status: 410 },
  });
});

test("the link's token does as well, and the client that was signed in knows that it is out", async () => {
  const { input, client } = await customer();
  const { link } = await recovering(input.email, client);
  const token = new URL(link).searchParams.get("token");
  expect(await confirmRecovery(client, { token, newPassword: changed })).toMatchObject({
    ok: true,
  });
  expect(client.getState()).toEqual({ status: "signed-out" });
});

test("a wrong code and a bad password are told by their fields, and cost neither the code nor the session", async () => {
  const { input, client } = await customer();
  const { request, code } = await recovering(input.email);
  const wrong = `${code[0] === "1" ? 2 : 1}${code.slice(1)}`;
  expect(
    await confirmRecovery(client, { request, code: wrong, newPassword: changed }),
  ).toMatchObject({
    error: { code: "invalid_fields", status: 422, fields: { code: { code: "code_wrong" } } },
  });
  expect(await confirmRecovery(client, { request, code, newPassword: "short" })).toMatchObject({
    error: { fields: { newPassword: { code: "password_too_short" } } },
  });
  expect(client.getState().status).toBe("signed-in");
  expect(await confirmRecovery(client, { request, code, newPassword: changed })).toMatchObject({
    ok: true,
  });
});

test("an address without an account is answered like any other", async () => {
  const { input } = await customer();
  const known = await requestRecovery(browser(), { email: input.email });
  const unknown = await requestRecovery(browser(), { email: "nobody@example.com" });
  expect(unknown).toEqual({
    ok: true,
    data: { ...(known.ok && known.data), request: expect.stringMatching(/./) },
  });
});

test("an address is proven by a mail, and the client's customer is the proven one", async () => {
  const { input, client } = await customer();
  expect(client.getState().customer?.emailVerified).toBe(false);
  const asked = await requestVerification(client);
  if (!asked.ok) throw new Error(asked.error.code);
  const { code } = await latestMail(server.url, input.email);
  // As people copy it.
  const typed = ` ${code.slice(0, 4)} ${code.slice(4)} `;
  const { request } = asked.data;
  expect(await confirmVerification(client, { request, code: typed })).toMatchObject({ ok: true });
  expect(client.getState()).toMatchObject({
    status: "signed-in",
    customer: { emailVerified: true },
  });
  // It is another version of the profile, which the next change has to name.
  expect(await client.profile.update({ name: "Grace" })).toMatchObject({ ok: true });
});

test("whoever is not signed in names the address, and is answered alike whatever it is", async () => {
  const { input } = await customer();
  const visitor = browser();
  const [known, unknown] = [` ${input.email} `, "nobody@example.com"].map((email) =>
    requestVerification(visitor, { email }),
  );
  const asked = await known;
  expect(await unknown).toEqual({
    ok: true,
    data: { ...asked?.data, request: expect.stringMatching(/./) },
  });
  const { code } = await latestMail(server.url, input.email);
  const request = `${asked?.data?.request}`;
  expect(
    await confirmVerification(visitor, { request, code, password: input.password }),
  ).toMatchObject({ ok: true });
  expect(await visitor.login(input)).toMatchObject({ data: { emailVerified: true } });
  expect(await requestVerification(visitor)).toMatchObject({ ok: true });
});

test("nobody asks for a proof without a session or an address", async () => {
  expect(await requestVerification(browser())).toMatchObject({ error: { status: 401 } });
});
