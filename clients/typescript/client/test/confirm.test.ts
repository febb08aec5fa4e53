import { expect, test } from "vitest";
import { startDoorstep } from "../../../fixture/doorstep.mjs";
import {
  confirmRecovery,
  confirmVerification,
  createDoorstepClient,
  requestRecovery,
  requestVerification,
} from "../src/index.js";
import { ada, deferred, json, nobody, problem, serve } from "./support/server.js";

test("each call has the method, path and body of the contract, and equal calls are one", async () => {
  const { url, seen } = await serve((response, { url: path }) =>
    path === "/api/session"
      ? nobody(response)
      : json(response, 200, { message: "Done", request: "r" }),
  );
  const client = createDoorstepClient({ baseUrl: url });
  const email = " ada@example.com ";
  expect(await requestRecovery(client, { email })).toEqual({
    ok: true,
    data: { message: "Done", request: "r" },
  });
  await Promise.all([requestVerification(client), requestVerification(client)]);
  const proof = { request: "r", code: "12345678" };
  await Promise.all([confirmVerification(client, proof), confirmVerification(client, proof)]);
  await confirmRecovery(client, { ...proof, newPassword: " as typed " });
  const posts = seen.filter(({ method }) => method === "POST");
  expect(posts.map(({ url, body }) => [url, body])).toEqual([
    ["/api/recovery", { email: "ada@example.com" }],
    ["/api/verification", undefined],
    ["/api/verification/confirm", proof],
    ["/api/recovery/confirm", { ...proof, newPassword: " as typed " }],
  ]);
});

test("an answer from before the proof does not take it back", async () => {
  const held = deferred();
  let isProven = false;
  const { url } = await serve(async (response, { url: path }, count) => {
    if (path !== "/api/session") {
      isProven = true;
      return json(response, 200, { message: "Done" });
    }
    const user = { ...ada, emailVerified: isProven };
    if (count === 1) await held.promise;
    json(response, 200, { user });
  });
  const client = createDoorstepClient({ baseUrl: url });
  const early = client.refresh();
  expect(await confirmVerification(client, { token: "t" })).toMatchObject({ ok: true });
  held.resolve();
  await early;
  expect(client.getState().customer?.emailVerified).toBe(true);
});

test("other tabs hear of the proof, and of no refusal", async () => {
  let isRefused = true;
  const { url, seen } = await serve((response, { url: path }) => {
    if (path === "/api/session") return json(response, 200, { user: ada });
    return isRefused
      ? problem(response, 410, "challenge_spent")
      : json(response, 200, { message: "Done" });
  });
  const [here, there] = [1, 2].map(() => createDoorstepClient({ baseUrl: url }));
  if (!here || !there) throw new Error();
  const stop = there.subscribe(() => {});
  await there.ready;
  const checks = () => seen.filter(({ method }) => method === "GET").length;
  expect(await confirmVerification(here, { token: "t" })).toMatchObject({
    error: { code: "challenge_spent", status: 410 },
  });
  expect(checks()).toBe(1);
  isRefused = false;
  await confirmVerification(here, { token: "t" });
  await expect.poll(checks).toBe(3);
  stop();
});

test("where no mail is sent the server says so", async () => {
  const silent = await startDoorstep({ env: { DOORSTEP_SERVER_MODE: "production" } });
  try {
    const client = createDoorstepClient({ baseUrl: silent.url, session: "token" });
    expect(await client.policy()).toMatchObject({ data: { mail: false } });
    expect(await requestRecovery(client, { email: "grace@example.com" })).toMatchObject({
      error: { code: "not_found", status: 404 },
    });
  } finally {
    await silent.stop();
  }
});
