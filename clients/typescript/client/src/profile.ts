import type { Calls } from "./calls.js";
import type { CallOptions, Result } from "./result.js";
import type { Session } from "./session.js";
import type { Customer, ProfileChange } from "./types.js";

export interface Profile {
  get(): Promise<Result<Customer>>;
  /** Refused with `changed_meanwhile` when the profile is no longer the one last read here. */
  update(change: ProfileChange, options?: CallOptions): Promise<Result<Customer>>;
}

export const createProfile = (
  { request }: Calls,
  session: Session,
  check: Profile["get"],
): Profile => ({
  get: check,
  async update(body, options) {
    if (!session.etag) await check();
    const answer = await request("PATCH", "/user", {
      body,
      ...options,
      ...(session.etag && { headers: { "If-Match": session.etag } }),
    });
    if (answer.ok) {
      session.signedIn(answer.data.user, answer.headers, "changed");
      return { ok: true, data: answer.data.user };
    }
    if (answer.error.code === "changed_meanwhile") await check();
    return answer;
  },
});
