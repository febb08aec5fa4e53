import type { DoorstepClient } from "./client.js";
import type { CallOptions, Result } from "./result.js";
import type { SecurityEvents } from "./types.js";

/** What has happened to the account, newest first. `before` is the `next` of the page above. */
export const securityEvents = (
  { parts: { call } }: DoorstepClient,
  { before, ...options }: CallOptions & { before?: string | null | undefined } = {},
): Promise<Result<SecurityEvents>> =>
  call("GET", `/user/events${before ? `?before=${encodeURIComponent(before)}` : ""}`, options);
