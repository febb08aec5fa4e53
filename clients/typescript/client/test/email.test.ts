import { afterAll, beforeAll, expect, test } from "vitest";
import { startDoorstep } from "../../../fixture/doorstep.mjs";
import {
  changeEmail,
  confirmEmailChange,
  confirmVerification,
  createDoorstepClient,
  requestVerification,
  securityEvents,
  undoEmailChange,
} from "../src/index.js";
import { latestMail } from "./support/mail.js";
import { person, visitor } from "./support/mailed.js";
import { memory } from "./support/memory.js";

let server: Awaited<ReturnType<typeof startDoorstep>>;
beforeAll(async () => {
  server = await startDoorstep();
  const offered = { mail: true, events: true };
  expect(await visitor(server.url).policy()).toMatchObject({ data: offered });
}, 30_000);
afterAll(() => server?.stop());

async function customer(client = visitor(server.url)) {
  const input = person();
  expect(await client.signUp(input)).toMatchObject({ ok: true });
  return { client, input, newEmail: `new.${input.email}` };
}

test("another address is confirmed by the code of a mail to it, and undone from the former one", async () => {
  const { client, input, newEmail } = await customer();
  const { password } = input;
  // Only a proven address has a say in what becomes of the account.
  const proof = await requestVerification(client);
  const first = await latestMail(server.url, input.email);
  const proven = { request: `${proof.data?.request}`, code: first.code };
  expect(await confirmVerification(client, proven)).toMatchObject({ ok: true });
  const asked = await changeEmail(client, { newEmail: ` ${newEmail} `, password });
  expect(asked).toMatchObject({ ok: true });
  const request = `${asked.data?.request}`;
  expect(client.getState().customer?.email).toBe(input.email);
  const { code } = await latestMail(server.url, newEmail);
  expect(await confirmEmailChange(client, { request, code })).toMatchObject({ ok: true });
  expect(client.getState().customer).toMatchObject({ email: newEmail, emailVerified: true });
  const { link } = await latestMail(server.url, input.email, first.number);
  const { pathname, searchParams } = new URL(link);
  expect(pathname).toBe("/links/undo");
  const token = `${searchParams.get("token")}`;
  expect(await undoEmailChange(client, { token })).toMatchObject({ ok: true });
  expect(client.getState()).toEqual({ status: "signed-out" });
  expect(await undoEmailChange(client, { token })).toMatchObject({
    error: { code: "challenge_spent" },
  });
});

test("a wrong password, a wrong code and the same address are told", async () => {
  const { client, input, newEmail } = await customer();
  const { password, email } = input;
  expect(await changeEmail(client, { newEmail, password: "not the one" })).toMatchObject({
    error: { code: "invalid_credentials", status: 401 },
  });
  expect(await changeEmail(client, { newEmail: email, password })).toMatchObject({
    error: { fields: { newEmail: { code: "email_unchanged" } } },
  });
  const asked = await changeEmail(client, { newEmail, password });
  const request = `${asked.data?.request}`;
  const { code } = await latestMail(server.url, newEmail);
  const wrong = `${code[0] === "1" ? 2 : 1}${code.slice(1)}`;
  expect(await confirmEmailChange(client, { request, code: wrong })).toMatchObject({
    error: { fields: { code: { code: "code_wrong" } } },
  });
  expect(client.getState()).toMatchObject({ status: "signed-in", customer: { email } });
});

test("the device stays a known one under the new address", async () => {
  const { entries, storage } = memory();
  const app = createDoorstepClient({ baseUrl: server.url, session: "token", storage });
  const { input, newEmail } = await customer(app);
  const kept = () => JSON.parse(entries[`doorstep:${server.url}:devices`] ?? "{}");
  const token = kept()[input.email];
  const asked = await changeEmail(app, { newEmail, password: input.password });
  const { code } = await latestMail(server.url, newEmail);
  await confirmEmailChange(app, { request: `${asked.data?.request}`, code });
  expect(kept()).toEqual({ [newEmail]: token });
});

test("what has happened is told in plain words, page by page", async () => {
  const { client, input } = await customer();
  for (let change = 0; change < 51; change++) {
    expect(await client.profile.update({ name: `Grace ${change}` })).toMatchObject({ ok: true });
  }
  const first = await securityEvents(client);
  expect(first.data?.events).toHaveLength(50);
  expect(first.data?.events[0]).toMatchObject({ message: "You changed your profile" });
  const second = await securityEvents(client, { before: first.data?.next });
  expect(second.data?.next).toBeNull();
  expect(second.data?.events.at(-1)).toMatchObject({
    kind: "signed_up",
    message: "You created your account",
  });
  expect(JSON.stringify([first, second])).not.toContain(input.password);
  await client.logout();
  expect(await securityEvents(client)).toMatchObject({ error: { status: 401 } });
});
