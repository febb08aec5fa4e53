import { baseOf } from "./base-url.js";
import { createHints } from "./diagnose/hints.js";
import { type HttpOptions, send } from "./http.js";
import type { SessionState } from "./session.js";

export interface GetSessionOptions {
  /** Absolute: a server has no page to be relative to. */
  baseUrl: string;
  timeout?: number;
  fetch?: typeof fetch;
}

/**
 * Finds out, while a page is rendered, who its visitor is. Takes the `Cookie` header, or
 * anything that prints as one, and never throws for an unreachable server.
 */
export async function getSession(
  cookieHeader: string | { toString(): string } | null | undefined,
  { baseUrl, timeout = 3000, fetch: fetcher = fetch }: GetSessionOptions,
): Promise<SessionState> {
  const base = `${baseOf(baseUrl)}/api`;
  if (!base.startsWith("http")) {
    throw new Error(
      `DS-23 baseUrl is ${JSON.stringify(baseUrl)}. On the server pass an absolute baseUrl.`,
    );
  }
  const cookie = `${cookieHeader ?? ""}`;
  if (!/(^|;\s*)(__Host-doorstep|doorstep(-\d+)?)=/.test(cookie)) return { status: "signed-out" };
  const http: HttpOptions = {
    base,
    fetch: fetcher,
    timeout,
    now: Date.now,
    credentials: "omit",
    ...(process.env.NODE_ENV !== "production" && { hints: createHints(base) }),
  };
  const answer = await send(http, "GET", "/session", { headers: { Cookie: cookie } });
  if (!answer.ok) return { status: "unknown", error: answer.error };
  const { user } = answer.data;
  return user ? { status: "signed-in", customer: user } : { status: "signed-out" };
}
