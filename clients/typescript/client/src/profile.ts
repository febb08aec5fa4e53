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
    let version = session.etag;
    if (!version) {
      // A version that is fetched only now guards nothing by itself.
      const before = session.getState().customer;
      const read = await check();
      if (!read.ok) return read;
      const isSame = JSON.stringify(before ?? read.data) === JSON.stringify(read.data);
      // No version at all: the server refuses it in its own words.
      version = isSame ? session.etag : '""';
    }
    const answer = await request("PATCH", "/user", {
      body,
      ...options,
      ...(version && { headers: { "If-Match": version } }),
    });
    if (!answer.ok) {
      if (answer.error.code === "changed_meanwhile") await check();
      return answer;
    }
    session.signedIn(answer.data.user, answer.headers, "changed");
    return { ok: true, data: answer.data.user };
  },
});
