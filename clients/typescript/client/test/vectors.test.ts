import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { answerHint } from "../src/diagnose/answer.js";
import { compareEcho, type Echo } from "../src/diagnose/echo.js";
import { compareAddresses } from "../src/diagnose/places.js";
import { judgeProbes, type Probes } from "../src/diagnose/unreachable.js";
import {
  createDoorstepClient,
  type DoorstepClient,
  type Result,
  type SessionState,
} from "../src/index.js";

// The same files are run by the server's tests and by the Dart client's.

interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
  fault?: "refused" | "silence";
}
interface Verdict {
  ok: boolean;
  name?: string;
  code?: string;
  requests: number;
  pauses?: number[];
}
interface Step {
  call?: keyof typeof calls;
  start?: keyof typeof calls;
  release?: string;
  answer: Reply;
  expect: { state: string; stale?: boolean; ok?: boolean };
}

/** What the files hold; each has its part of it. */
interface Vector {
  name: string;
  answer: Reply;
  verdict: Verdict;
  timeout: number;
  calls: { call: keyof typeof calls; answers: Reply[]; verdict: Verdict }[];
  keys?: string[];
  steps: Step[];
  field: string;
  typed: string;
  sent: string;
}

const vectors = (name: string): Vector[] =>
  JSON.parse(readFileSync(new URL(`../../../vectors/${name}.json`, import.meta.url), "utf8"))
    .vectors;

const password = "correct horse battery staple";
const person = { name: "Ada Lovelace", email: "ada@example.com", password };
const calls = {
  policy: (client: DoorstepClient) => client.policy(),
  login: (client: DoorstepClient) => client.login(person),
  signUp: (client: DoorstepClient) => client.signUp(person),
  signUpOther: (client: DoorstepClient) => client.signUp({ ...person, email: "grace@example.com" }),
  changePassword: (client: DoorstepClient) =>
    client.changePassword({ currentPassword: password, newPassword: "another long secret" }),
  deleteAccount: (client: DoorstepClient) => client.deleteAccount({ currentPassword: password }),
  addresses: (client: DoorstepClient) => client.addresses.list(),
  refresh: (client: DoorstepClient) => client.refresh(),
  logout: (client: DoorstepClient) => client.logout(),
} satisfies Record<string, (client: DoorstepClient) => Promise<Result<unknown> | SessionState>>;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-01-01T00:00:00Z") });
  vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A client whose requests meet `replies` in turn; a request more is a failure of the test. */
function scripted(timeout = 10_000, entries = new Map<string, string>()) {
  const replies: (Reply | Promise<Reply>)[] = [];
  const sent: { path: string; at: number; key: string | null; body: Record<string, unknown> }[] =
    [];
  const client = createDoorstepClient({
    baseUrl: "http://shop.test",
    session: "token",
    storage: {
      getItem: (key) => entries.get(key) ?? null,
      setItem: (key, value) => entries.set(key, value),
      removeItem: (key) => entries.delete(key),
    },
    timeout,
    fetch: async (url, init) => {
      sent.push({
        path: new URL(`${url}`).pathname,
        at: Date.now(),
        key: new Headers(init?.headers).get("idempotency-key"),
        body: init?.body ? JSON.parse(`${init.body}`) : {},
      });
      const reply = await replies.shift();
      if (!reply) throw new Error("one request too many");
      if (reply.fault === "refused") throw new TypeError("Failed to fetch");
      if (reply.fault === "silence") {
        return new Promise((_, reject) => {
          init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
        });
      }
      return new Response(reply.body || null, { status: reply.status, headers: reply.headers });
    },
  });
  return { client, replies, sent };
}

async function finished<T>(outcome: Promise<T>): Promise<T> {
  await vi.runAllTimersAsync();
  return outcome;
}

describe("answers", () => {
  test.each(vectors("answers"))("$name", async ({ answer, verdict }) => {
    const { client, replies } = scripted();
    replies.push(answer);
    const result = await finished(client.login(person));
    expect(result.ok).toBe(verdict.ok);
    if (result.ok) return expect(result.data.name).toBe(verdict.name);
    const { code, status, message, requestId, retryAfter, fields } = result.error;
    const found: Record<string, unknown> = { code, status, message, requestId, retryAfter };
    found.fields = Object.fromEntries(Object.entries(fields).map(([k, { code }]) => [k, code]));
    for (const [name, value] of Object.entries(verdict)) {
      if (name !== "ok") expect(found[name] ?? null, name).toEqual(value);
    }
  });
});

describe("retries", () => {
  test.each(vectors("retries"))("$name", async ({ calls: made, timeout, keys }) => {
    const { client, replies, sent } = scripted(timeout);
    for (const { call, answers, verdict } of made) {
      const before = sent.length;
      replies.push(...answers);
      const result = (await finished<unknown>(calls[call](client))) as Result<unknown>;
      expect(result.ok).toBe(verdict.ok);
      if (!result.ok) expect(result.error.code).toBe(verdict.code);
      expect(sent.length - before).toBe(verdict.requests);
      for (const [at, pause] of verdict.pauses?.entries() ?? []) {
        const [from, to] = sent.slice(before + at);
        const waited = ((to?.at ?? 0) - (from?.at ?? 0)) / 1000 - silence(answers[at], timeout);
        expect(waited).toBeGreaterThanOrEqual(pause);
        expect(waited).toBeLessThanOrEqual(pause + 0.31);
      }
    }
    if (keys) expect(letters(sent.map(({ key }) => key))).toEqual(keys);
    else expect(sent.every(({ key }) => key === null)).toBe(true);
  });

  const silence = (answer: Reply | undefined, timeout: number) =>
    answer?.fault === "silence" ? timeout / 1000 : 0;
  const letters = (keys: (string | null)[]) => {
    const known = [...new Set(keys)];
    return keys.map((key) => "abc"[known.indexOf(key)]);
  };
});

describe("session", () => {
  test.each(vectors("session"))("$name", async ({ steps }) => {
    const { client, replies } = scripted();
    const open = new Map<string, { arrive: (reply: Reply) => void; outcome: Promise<unknown> }>();
    for (const step of steps) {
      if (step.start) {
        let arrive: (reply: Reply) => void = () => {};
        replies.push(
          new Promise((resolve) => {
            arrive = resolve;
          }),
        );
        open.set(step.start, { arrive, outcome: calls[step.start](client) });
        await vi.advanceTimersByTimeAsync(1);
        continue;
      }
      let result: unknown;
      if (step.release) {
        open.get(step.release)?.arrive(step.answer);
        result = await finished(open.get(step.release)?.outcome ?? Promise.reject());
      } else if (step.call) {
        // A read that meets no answer is asked for three times.
        replies.push(step.answer, step.answer, step.answer);
        result = await finished<unknown>(calls[step.call](client));
        replies.length = 0;
      }
      const state = client.getState();
      expect(state.status).toBe(step.expect.state);
      if (step.expect.stale !== undefined) expect(!!state.stale).toBe(step.expect.stale);
      if (step.expect.ok !== undefined) expect(result).toMatchObject({ ok: step.expect.ok });
    }
  });
});

/** What a kit keeps to be a known device, and what a login sends of it. */
interface Device {
  kind: "login" | "keep";
  name: string;
  stored: string | null;
  typed: string;
  policy: object;
  sent: string | null;
  answers: { email: string; deviceToken: unknown }[];
  then?: "logout" | "deleteAccount";
  kept: Record<string, string> | null;
}

describe("devices", () => {
  const reply = (body: object): Reply => ({
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

  async function send({ stored, typed, policy, sent: wanted }: Device) {
    const { client, replies, sent } = scripted(10_000, storageOf(stored));
    replies.push(reply(policy), reply({ user: person, token: "ds_token_1" }));
    await finished(client.login({ ...person, email: typed }));
    const { body } = sent.find(({ path }) => path === "/api/login") ?? {};
    expect(body?.deviceToken ?? null).toBe(wanted);
  }

  async function keep({ stored, answers, then, kept }: Device) {
    const entries = storageOf(stored);
    const { client, replies } = scripted(10_000, entries);
    for (const { email, deviceToken } of answers) {
      replies.push(reply({ user: { ...person, email }, token: "ds_token_1", deviceToken }));
      await finished(client.login(person));
    }
    replies.push({ status: 204, headers: {}, body: "" });
    if (then) await finished<unknown>(calls[then](client));
    expect(entries.get(devicesKey)).toBe(kept ? JSON.stringify(kept) : undefined);
  }

  const devicesKey = "doorstep:http://shop.test:devices";
  const storageOf = (stored: string | null) => new Map(stored ? [[devicesKey, stored]] : []);

  test.each(vectors("devices") as unknown as Device[])("$kind: $name", (device) =>
    device.kind === "login" ? send(device) : keep(device),
  );
});

/** What a kit in development says of a connection. */
interface Connection {
  kind: "addresses" | "probes" | "answer" | "echo";
  name: string;
  page: string | null;
  api: string;
  url: string;
  method: string;
  cookies: boolean;
  probes: Probes;
  code: string;
  status: number;
  headers: Record<string, string>;
  body: string;
  bytes: number;
  now: string;
  seen: Echo;
  again: Echo | null;
  hints: string[];
}

describe("diagnose", () => {
  const judges = {
    addresses: ({ page, api, cookies }) =>
      compareAddresses(new URL(`${page}`), new URL(api), cookies),
    probes: ({ page, method, url, probes }) => [
      judgeProbes(new URL(`${page}`), method, new URL(url), probes),
    ],
    answer: ({ page, url, code, status, headers, body }) => {
      const error = { code, status, message: "", fields: {} };
      const isOwnHost = page !== null && new URL(page).origin === new URL(url).origin;
      const seen = { text: body, headers: new Headers(headers), isOwnHost };
      const hint = answerHint(error, url, 10_000, seen);
      return hint ? [hint] : [];
    },
    echo: ({ page, api, cookies, bytes, now, seen, again }) => {
      const places = { page: page ? new URL(page) : undefined, api: new URL(api) };
      const sent = { ...places, cookies, bytes, now: Date.parse(now) };
      return compareEcho(sent, seen, again ?? undefined);
    },
  } satisfies Record<string, (connection: Connection) => string[]>;

  test.each(vectors("diagnose") as unknown as Connection[])("$kind: $name", (connection) => {
    expect(judges[connection.kind](connection)).toEqual(connection.hints);
  });
});

describe("inputs", () => {
  test.each(vectors("inputs"))("$field $typed", async ({ field, typed, sent: wanted }) => {
    const { client, replies, sent } = scripted();
    replies.push({ status: 422, headers: {}, body: "" });
    if (field === "phone") {
      const user = { id: "1", name: "Ada" };
      const headers = { "content-type": "application/json", etag: '"1"' };
      replies.unshift({ status: 200, headers, body: JSON.stringify({ user }) });
      await finished(client.profile.update({ phone: typed }));
    } else await finished(client.signUp({ ...person, [field]: typed }));
    expect(sent.at(-1)?.body[field]).toBe(wanted);
  });
});
