import type { DoorstepClient } from "./client.js";
import type { CallOptions, Result } from "./result.js";
import type { Confirmed } from "./types.js";

/**
 * Sends back what a mail brought: its code, or the token of its link. Who is signed in may be told otherwise afterwards: the address is
 * proven, or every session has ended.
 */
export async function confirm(
  { parts: { call, session, check } }: DoorstepClient,
  path: string,
  body: object,
  options?: CallOptions,
): Promise<Result<Confirmed>> {
  const result = await call<Confirmed>("POST", path, { body, ...options });
  if (result.ok) {
    // What a check from before still finds is no news.
    session.generation++;
    await check();
    session.show(session.getState(), "changed");
  }
  return result;
}
