import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startDoorstep } from "../../../fixture/doorstep.mjs";
import {
  confirmLoginCode,
  confirmVerification,
  createDoorstepClient,
  requestLoginCode,
  requestVerification,
  waitForLogin,
} from "../src/index.js";
import { latestMail } from "./support/mail.js";
import { choose, offered, person, visitor } from "./support/mailed.js";
import { memory } from "./support/memory.js";

let server: Awaited<ReturnType<typeof startDoorstep>>;
beforeAll(async () => {
  server = await startDoorstep();
  expect(await visitor(server.url).policy()).toMatchObject({ data: { login: { code: true } } });
}, 30_000);
afterAll(() => server?.stop());

/** A customer whose address is proven, and the number of the mail that proved it. */
async function customer() {
  const input = person();
  const client = visitor(server.url);
  expect(await client.signUp(input)).toMatchObject({ ok: true });
  const asked = await requestVerification(client);
  const { code, number } = await latestMail(server.url, input.email);
  const proof = { request: `${asked.data?.request}`, code };
  expect(await confirmVerification(client, proof)).toMatchObject({ ok: true });
  return { input, number };
}

async function asking(client = visitor(server.url)) {
  const { input, number } = await customer();
  const asked = await requestLoginCode(client, { email: ` ${input.email} ` });
  if (!asked.ok) throw new Error(asked.error.code);
  const mail = await latestMail(server.url, input.email, number);
  return { client, input, mail, ...asked.data };
}

test("the code of a mail opens a session, once", async () => {
  const { client, input, request, number, mail } = await asking();
  expect(number).toMatch(/^[1-9]\d$/);
  const wrong = `${mail.code[0] === "1" ? 2 : 1}${mail.code.slice(1)}`;
  expect(await confirmLoginCode(client, { request, code: wrong })).toMatchObject({
    error: { code: "invalid_fields", fields: { code: { code: "code_wrong" } } },
  });
  const proof = { request, code: mail.code };
  expect(await confirmLoginCode(client, proof)).toMatchObject({ data: { email: input.email } });
  expect(client.getState()).toMatchObject({
    status: "signed-in",
    customer: { email: input.email },
  });
  expect(await client.sessions.list()).toMatchObject({ ok: true });
  expect(await confirmLoginCode(visitor(server.url), proof)).toMatchObject({
    error: { code: "challenge_spent", status: 410 },
  });
});

test("an app keeps its token, and what makes it a known device", async () => {
  const { entries, storage } = memory();
  const app = createDoorstepClient({ baseUrl: server.url, session: "token", storage });
  const { input, request, mail } = await asking(app);
  const proof = { request, code: mail.code, email: input.email };
  expect(await confirmLoginCode(app, proof)).toMatchObject({ ok: true });
  const name = `doorstep:${server.url}`;
  expect(JSON.parse(entries[name] ?? "")).toMatchObject({ token: expect.stringMatching(/^ds_/) });
  expect(JSON.parse(entries[`${name}:devices`] ?? "")).toEqual({
    [input.email]: expect.stringMatching(/^ds_device_/),
  });
  const restarted = createDoorstepClient({ baseUrl: server.url, session: "token", storage });
  expect(await restarted.refresh()).toMatchObject({ status: "signed-in" });
});

test("the device that waits is let in by its number, in every tab", async () => {
  const { client, input, request, number, mail } = await asking();
  const other = createDoorstepClient({ baseUrl: server.url });
  const heard = vi.fn();
  const channel = new BroadcastChannel(`doorstep:${server.url}`);
  channel.onmessage = ({ data }) => heard(data);
  const waiting = waitForLogin(client, { request, email: input.email });
  expect(await choose(mail.link, number)).toContain("Go on at the other device");
  expect(await waiting).toMatchObject({ ok: true, data: { email: input.email } });
  expect(client.getState()).toMatchObject({ status: "signed-in" });
  await expect.poll(() => heard.mock.calls).toEqual([["in"]]);
  channel.close();
  expect(other.getState().status).toBe("loading");
}, 15_000);

test("a wrong number lets nobody in, and uses the mail up", async () => {
  const { client, request, number, mail } = await asking();
  const numbers = await offered(mail.link);
  expect(numbers).toHaveLength(3);
  expect(numbers).toContain(number);
  const wrong = numbers.find((value) => value !== number) as string;
  const abort = new AbortController();
  const waiting = waitForLogin(client, { request }, { signal: abort.signal });
  expect(await choose(mail.link, wrong)).toContain("another number");
  // Until a minute has passed since the asking the server lets it wait: a mail may be on its way yet.
  await new Promise((resolve) => setTimeout(resolve, 6500));
  abort.abort();
  expect(await waiting).toMatchObject({ error: { code: "aborted" } });
  expect(client.getState().status).not.toBe("signed-in");
  expect(await confirmLoginCode(client, { request, code: mail.code })).toMatchObject({
    error: { code: "challenge_spent", status: 410 },
  });
}, 15_000);

test("who never proved the address adds the password, and nothing is used up by that", async () => {
  const input = person();
  await visitor(server.url).signUp(input);
  const client = visitor(server.url);
  const asked = await requestLoginCode(client, input);
  const { code } = await latestMail(server.url, input.email);
  const proof = { request: `${asked.data?.request}`, code };
  expect(await confirmLoginCode(client, proof)).toMatchObject({
    error: { status: 422, fields: { password: { code: "required" } } },
  });
  expect(await confirmLoginCode(client, { ...proof, password: "not the one" })).toMatchObject({
    error: { code: "invalid_credentials" },
  });
  expect(
    await confirmLoginCode(client, { ...proof, newPassword: "a foot is a nanosecond" }),
  ).toMatchObject({ ok: true, data: { emailVerified: true } });
});

test("an address without an account is answered like any other", async () => {
  const { input } = await customer();
  const [known, unknown] = await Promise.all(
    [input.email, "nobody@example.com"].map((email) =>
      requestLoginCode(visitor(server.url), { email }),
    ),
  );
  expect(unknown).toEqual({
    ok: true,
    data: {
      message: known?.data?.message,
      request: expect.any(String),
      number: expect.stringMatching(/^\d\d$/),
    },
  });
});
