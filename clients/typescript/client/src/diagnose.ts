import { addressHints, clockHint, tell } from "./hints.js";
import { type HttpOptions, send } from "./http.js";

/** Finds out why a form does not connect; only for development builds. */
export async function diagnose(base: string, http: HttpOptions): Promise<string[]> {
  const found = addressHints(base, globalThis.location, http.credentials === "include");
  const answer = await send(http, "GET", "/policy", {});
  if (answer.ok) {
    const clock = clockHint(answer.headers, http.now());
    if (clock) found.push(clock);
  } else {
    found.push(answer.error.hint ?? `${answer.error.status} ${answer.error.message}`);
  }
  for (const hint of found) tell(hint);
  return found;
}
