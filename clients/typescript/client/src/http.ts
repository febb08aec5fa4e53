import type { components } from "./generated/api.js";
import type { AnyErrorCode, CallOptions, DoorstepError, Result } from "./result.js";

type Problem = Partial<components["schemas"]["Problem"]>;

export interface HttpOptions {
  /** Stands before every path. */
  base: string;
  fetch: typeof fetch;
  /** Milliseconds for one attempt, its body included. */
  timeout: number;
  now: () => number;
  credentials: RequestCredentials;
  /** Development builds only. */
  hints?: Hints;
}

/** What a development build adds to each call: `diagnose/hints.ts`. */
export interface Hints {
  headers: Record<string, string>;
  /** Adds the likely cause to a failure. */
  explain(
    failure: Failure,
    http: HttpOptions,
    call: [method: string, path: string, call: Call],
  ): Promise<DoorstepError>;
}

/** What was seen of a failed call: the raw answer, or what `fetch` threw. */
export interface Seen {
  text?: string;
  headers?: Headers;
  thrown?: unknown;
}

export interface Call extends CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Failure {
  ok: false;
  error: DoorstepError;
  seen?: Seen;
}

export type Answer =
  // biome-ignore lint/suspicious/noExplicitAny: the body is typed where the route is named
  { ok: true; data: any; headers: Headers } | Failure;

type Send = (http: HttpOptions, method: string, path: string, call: Call) => Promise<Answer>;

/** True when the server may not have decided yet, so that the same call can be made again. */
const isTemporary = ({ code, status }: DoorstepError): boolean =>
  code === "unreachable" || code === "no_answer_in_time" || status === 408 || status > 501;

/** False for a proxy's page, a lost connection, 429 and what failed: the server may decide otherwise yet. */
export const isDecision = (answer: Result<unknown>): boolean =>
  answer.ok || /^4(?!08|29|..unex)/.test(answer.error.status + answer.error.code);

/** Only reads and calls with an Idempotency-Key are repeated. */
const persist: Send = async (http, method, path, call) => {
  const isRepeatable = method === "GET" || call.headers?.["Idempotency-Key"];
  for (let attempt = 1; ; attempt++) {
    const answer = await attemptOnce(http, method, path, call);
    if (answer.ok || !isRepeatable || attempt > 2 || !isTemporary(answer.error)) return answer;
    const asked = answer.error.retryAfter;
    const wait = ((asked ?? attempt * 0.3) + Math.random() * 0.3) * 1000;
    // A person waits at the other end: a longer pause is theirs to decide.
    if (wait > http.timeout) return answer;
    await new Promise<unknown>((resolve) => {
      setTimeout(resolve, wait);
      call.signal?.addEventListener("abort", resolve);
    });
  }
};

/** One call with its retries; while developing, a failure also says what to change. */
export const send: Send =
  process.env.NODE_ENV === "production"
    ? persist
    : async (http, method, path, call) => {
        const headers = { ...http.hints?.headers, ...call.headers };
        const answer = await persist(http, method, path, { ...call, headers });
        if (answer.ok || !http.hints) return answer;
        const error = await http.hints.explain(answer, http, [method, path, call]);
        return { ok: false, error };
      };

async function attemptOnce(
  { base, fetch, timeout, now, credentials }: HttpOptions,
  method: string,
  path: string,
  { body, headers, signal }: Call,
): Promise<Answer> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort("no_answer_in_time"), timeout);
  const stop = () => abort.abort("aborted");
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  try {
    const response = await fetch(base + path, {
      method,
      credentials,
      // A followed redirect turns a POST into a GET: better a clear failure.
      redirect: "manual",
      signal: abort.signal,
      headers: {
        Accept: "application/json",
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      body: JSON.stringify(body),
    });
    return read(response, await response.text(), now);
  } catch (thrown) {
    const answer = failure(
      abort.signal.reason ?? "unreachable",
      "The server cannot be reached. Please try again.",
    );
    return process.env.NODE_ENV === "production" ? answer : { ...answer, seen: { thrown } };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** Judges an answer by its body: only JSON with a code is one of the server's own refusals. */
function read({ ok, status, headers }: Response, text: string, now: () => number): Answer {
  let data: Problem | undefined;
  try {
    if (/^application\/(\S+\+)?json\b/i.test(headers.get("content-type") ?? ""))
      data = JSON.parse(text);
  } catch {
    // Cut off: judged below, as a web page or nothing is.
  }
  if (ok && (data || status === 204)) return { ok, data, headers };
  // Browsers hide a redirect that is not followed behind the status 0.
  const isRedirect = !ok && status < 400;
  const problem = !isRedirect && data?.code ? data : {};
  const answer = failure(
    problem.code ?? (isRedirect ? "redirected" : "unexpected_answer"),
    problem.message ?? "Something went wrong. Please try again.",
    status,
    {
      fields: problem.fields ?? {},
      requestId: problem.requestId ?? headers.get("x-request-id") ?? undefined,
      retryAfter: seconds(headers.get("retry-after"), now),
    },
  );
  return process.env.NODE_ENV === "production" ? answer : { ...answer, seen: { text, headers } };
}

/** Retry-After holds seconds or a date. */
function seconds(text: string | null, now: () => number): number | undefined {
  const value = Number(text) >= 0 ? Number(text) : (Date.parse(text as string) - now()) / 1000;
  return text && value >= 0 ? Math.ceil(value) : undefined;
}

/** An error without an answer of the server behind it, unless `status` and `more` say otherwise. */
export const failure = (
  code: AnyErrorCode,
  message: string,
  status = 0,
  more?: Partial<DoorstepError>,
): Failure => ({ ok: false, error: { code, message, status, fields: {}, ...more } });
