import { explain, type Seen, tunnelHeaders } from "./hints.js";
import type { AnyErrorCode, CallOptions, DoorstepError, FieldError } from "./result.js";

export interface HttpOptions {
  fetch: typeof fetch;
  /** Milliseconds for one attempt, its body included. */
  timeout: number;
  now: () => number;
  credentials: RequestCredentials;
}

export interface Call extends CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
}

export type Answer =
  // biome-ignore lint/suspicious/noExplicitAny: the body is typed where the route is named
  { ok: true; data: any; headers: Headers } | { ok: false; error: DoorstepError; seen?: Seen };

/** True when the server may not have decided yet, so that the same call can be made again. */
export const isTemporary = ({ code, status }: DoorstepError): boolean =>
  code === "unreachable" || code === "no_answer_in_time" || [408, 502, 503, 504].includes(status);

/** One call with its retries; while developing, a failure also says what to change. */
export async function send(
  http: HttpOptions,
  method: string,
  url: string,
  call: Call,
): Promise<Answer> {
  const answer = await persist(http, method, url, call);
  if (process.env.NODE_ENV !== "production" && !answer.ok) {
    return { ok: false, error: await explain(answer.error, url, http, answer.seen) };
  }
  return answer;
}

/** Only reads and calls with an Idempotency-Key are repeated. */
async function persist(
  http: HttpOptions,
  method: string,
  url: string,
  call: Call,
): Promise<Answer> {
  const repeatable = method === "GET" || call.headers?.["Idempotency-Key"];
  for (let attempt = 1; ; attempt++) {
    const answer = await attemptOnce(http, method, url, call);
    if (answer.ok || !repeatable || attempt > 2 || !isTemporary(answer.error)) return answer;
    const asked = answer.error.retryAfter;
    const wait = (asked ?? attempt * 0.3) * 1000 + Math.random() * 300;
    // A person waits at the other end: a longer pause is theirs to decide.
    if (wait > http.timeout) return answer;
    await new Promise<unknown>((resolve) => {
      setTimeout(resolve, wait);
      call.signal?.addEventListener("abort", resolve);
    });
  }
}

async function attemptOnce(
  { fetch, timeout, now, credentials }: HttpOptions,
  method: string,
  url: string,
  { body, headers, signal }: Call,
): Promise<Answer> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, timeout);
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  try {
    const response = await fetch(url, {
      method,
      credentials,
      // A followed redirect turns a POST into a GET: better a clear failure.
      redirect: "manual",
      signal: abort.signal,
      headers: {
        Accept: "application/json",
        ...(process.env.NODE_ENV !== "production" && tunnelHeaders(url)),
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return read(response, await response.text(), now);
  } catch {
    return late
      ? failure("no_answer_in_time", "The server took too long to answer. Please try again.")
      : signal?.aborted
        ? failure("aborted", "The request was cancelled.")
        : failure(
            "unreachable",
            "The server cannot be reached. Check your connection and try again.",
          );
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function read({ status, type, headers }: Response, text: string, now: () => number): Answer {
  let data: Record<string, unknown> | undefined;
  try {
    data = JSON.parse(text);
  } catch {
    // A web page, or nothing: judged below.
  }
  if (status > 199 && status < 300 && (data || status === 204)) return { ok: true, data, headers };
  const redirected = type === "opaqueredirect" || (status > 299 && status < 400);
  const known = data && typeof data.code === "string" && !redirected;
  const answer = failure(
    known ? (data?.code as string) : redirected ? "redirected" : "unexpected_answer",
    known && data?.message ? `${data.message}` : "Something went wrong. Please try again.",
    status,
    {
      ...(known && { fields: (data?.fields ?? {}) as Record<string, FieldError> }),
      ...optional("requestId", data?.requestId ?? headers.get("x-request-id")),
      ...optional("retryAfter", seconds(headers.get("retry-after"), now)),
    },
  );
  return process.env.NODE_ENV === "production" ? answer : { ...answer, seen: { text, headers } };
}

const optional = (name: string, value: unknown) => (value == null ? {} : { [name]: value });

/** Retry-After holds seconds or a date. */
function seconds(text: string | null, now: () => number): number | undefined {
  if (!text) return undefined;
  const value = /^\d+$/.test(text) ? +text : (Date.parse(text) - now()) / 1000;
  return value >= 0 ? Math.ceil(value) : undefined;
}

/** An error without an answer of the server behind it, unless `status` and `more` say otherwise. */
export function failure(
  code: AnyErrorCode,
  message: string,
  status = 0,
  more?: Partial<DoorstepError>,
): Answer & { ok: false } {
  return { ok: false, error: { code, message, status, fields: {}, ...more } };
}
