import type { SendCall } from "./calls.js";
import type { Call } from "./http.js";
import type { Result } from "./result.js";
import type { Session } from "./session.js";

/** A call that ends the session here, too: when it succeeds, or is refused with the code `isOver`. */
export type Leave = (
  method: string,
  path: string,
  options?: Call,
  isOver?: string,
) => Promise<Result<void>>;

/** Logout and the deletion of the account: the two ways out of a session. */
export const createLeave =
  (call: SendCall, session: Session): Leave =>
  async (method, path, options, isOver) => {
    const result = await call<void>(method, path, options);
    if (result.ok || result.error.code === isOver) await session.signedOut(true);
    return result;
  };
