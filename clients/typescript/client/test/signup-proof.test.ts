import { expect, onTestFinished, test } from "vitest";
import { startDoorstep } from "../../../fixture/doorstep.mjs";
import { confirmVerification, createDoorstepClient, requestVerification } from "../src/index.js";
import { latestMail } from "./support/mail.js";
import { person, visitor } from "./support/mailed.js";
import { memory } from "./support/memory.js";

async function shop(verification: string) {
  const server = await startDoorstep({ env: { DOORSTEP_SIGNUP_VERIFICATION: verification } });
  onTestFinished(() => server.stop());
  const client = visitor(server.url);
  expect(await client.policy()).toMatchObject({ data: { signup: { verification } } });
  return { url: server.url, client };
}

test("where the address is proven first nobody is signed in, and the outcome cannot be taken for a customer", async () => {
  const { url, client } = await shop("before");
  await client.refresh();
  const input = person();
  const { pending, ...result } = await client.signUp(input);
  expect(result).toMatchObject({
    ok: false,
    error: { code: "email_unverified", status: 202, message: pending?.message, fields: {} },
  });
  expect(result.data).toBeUndefined();
  expect(client.getState()).toEqual({ status: "signed-out" });
  expect(await client.login(input)).toMatchObject({ error: { code: "invalid_credentials" } });
  const mail = await latestMail(url, input.email);
  const { password } = input;
  expect(
    await confirmVerification(client, {
      request: `${pending?.request}`,
      code: mail.code,
      newPassword: password,
    }),
  ).toMatchObject({ ok: true });
  expect(client.getState()).toEqual({ status: "signed-out" });
  expect(await client.login(input)).toMatchObject({ ok: true, data: { emailVerified: true } });
});

test("whoever asks once more has another mail, and no storage has anything of it", async () => {
  const { url } = await shop("before");
  const { entries, storage } = memory();
  const app = createDoorstepClient({ baseUrl: url, session: "token", storage });
  const input = person();
  expect(await app.signUp(input)).toMatchObject({ ok: false });
  const { number } = await latestMail(url, input.email);
  const again = await requestVerification(app, { email: input.email });
  const { code } = await latestMail(url, input.email, number);
  expect(entries).toEqual({});
  const proof = { request: `${again.data?.request}`, code, newPassword: input.password };
  expect(await confirmVerification(app, proof)).toMatchObject({ ok: true });
});

test("where it is proven later a sign-up is what it was, and a mail was sent", async () => {
  const { url, client } = await shop("after");
  const input = person();
  const result = await client.signUp(input);
  expect(result).toMatchObject({ ok: true, data: { emailVerified: false } });
  expect(result.pending).toBeUndefined();
  expect(await latestMail(url, input.email)).toMatchObject({ kind: "verify_address" });
});
