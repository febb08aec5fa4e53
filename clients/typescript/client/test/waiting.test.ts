import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createDoorstepClient, waitForLogin } from "../src/index.js";
import { ada, json, problem, serve } from "./support/server.js";

// How a login is waited for, by the clock; what the server does with it stands in login-code.test.ts.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

type Reply = Parameters<typeof serve>[0];

async function waiting(reply: Reply, signal?: AbortSignal) {
  const { url, seen } = await serve(reply);
  let inFlight = 0;
  const client = createDoorstepClient({
    baseUrl: url,
    // A question is not to be cut off by the clock that the test turns.
    timeout: 2 ** 31 - 1,
    fetch: async (...request) => {
      inFlight++;
      try {
        const response = await fetch(...request);
        return new Response(await response.text(), response);
      } finally {
        inFlight--;
      }
    },
  });
  const result = waitForLogin(client, { request: "r" }, { ...(signal && { signal }) });
  let isOver = false;
  result.then(() => {
    isOver = true;
  });
  /** Turns the clock, and gives the network the time that it really takes. */
  const later = async (seconds: number) => {
    await vi.advanceTimersByTimeAsync(seconds * 1000);
    for (let quiet = 0; quiet < 5; quiet = inFlight ? 0 : quiet + 1) {
      await new Promise(setImmediate);
    }
  };
  return { client, result, seen, later, isOver: () => isOver };
}

const pending: Reply = (response) => json(response, 202, { message: "Choose this number there" });

test("it asks every three seconds and enters like a login", async () => {
  const { client, result, seen, later } = await waiting((response, call, count) =>
    count < 3 ? pending(response, call, count) : json(response, 200, { user: ada }),
  );
  await later(2);
  expect(seen).toHaveLength(0);
  await later(1);
  expect(seen.map(({ url, body }) => [url, body])).toEqual([
    ["/api/login/code/poll", { request: "r", session: "cookie" }],
  ]);
  expect(client.getState().status).toBe("loading");
  await later(3);
  await later(3);
  expect(await result).toEqual({ ok: true, data: ada });
  expect(client.getState()).toEqual({ status: "signed-in", customer: ada });
});

test("after faults it asks less often, and as Retry-After says", async () => {
  const { seen, later } = await waiting((response, call, count) =>
    count === 1
      ? void response.destroy()
      : count === 2
        ? problem(response, 429, "rate_limited", { "Retry-After": "20" })
        : pending(response, call, count),
  );
  await later(3);
  expect(seen).toHaveLength(1);
  await later(5);
  expect(seen).toHaveLength(1);
  await later(1);
  expect(seen).toHaveLength(2);
  await later(19);
  expect(seen).toHaveLength(2);
  await later(1);
  expect(seen).toHaveLength(3);
  await later(3);
  expect(seen).toHaveLength(4);
});

test("what is over is not asked about again", async () => {
  const { result, seen, later } = await waiting((response) =>
    problem(response, 410, "challenge_spent"),
  );
  await later(3);
  expect(await result).toMatchObject({ error: { code: "challenge_spent" } });
  await later(60);
  expect(seen).toHaveLength(1);
});

test("nobody waits longer than ten minutes", async () => {
  const { result, seen, later, isOver } = await waiting(pending);
  for (let asked = 0; asked < 200; asked++) await later(3);
  expect([isOver(), seen.length]).toEqual([false, 200]);
  await later(3);
  expect(await result).toMatchObject({
    error: { code: "no_answer_in_time", message: "Choose this number there" },
  });
}, 30_000);

test("an abort ends it at once", async () => {
  const abort = new AbortController();
  const { result, seen, later } = await waiting(pending, abort.signal);
  await later(1);
  abort.abort();
  expect(await result).toMatchObject({ error: { code: "aborted" } });
  await later(10);
  expect(seen).toHaveLength(0);
});

test("a page that nobody sees does not ask, and asks at once when it is seen again", async () => {
  const page = Object.assign(new EventTarget(), { hidden: true });
  vi.stubGlobal("document", page);
  const { seen, later } = await waiting(pending);
  await later(60);
  expect(seen).toHaveLength(0);
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  await later(0);
  expect(seen).toHaveLength(1);
});
