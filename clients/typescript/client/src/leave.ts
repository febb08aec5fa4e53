import type { SendCall } from "./calls.js";
import type { DeviceTokens } from "./device-tokens.js";
import type { Call } from "./http.js";
import type { CallOptions, Result } from "./result.js";
import type { Session } from "./session.js";
import type { DeletionInput } from "./types.js";

export interface Logout {
  logout(options?: CallOptions): Promise<Result<void>>;
}

export interface Deletion {
  deleteAccount(input: DeletionInput, options?: CallOptions): Promise<Result<void>>;
}

/** The two ways out of a session. */
export function createLeave(
  call: SendCall,
  session: Session,
  check: () => Promise<unknown>,
  devices?: DeviceTokens,
): Logout & Deletion {
  /** The session ends here, too: when the call succeeds, or is refused with the code `isOver`. */
  async function leave(method: string, path: string, options?: Call, isOver?: string) {
    const result = await call<void>(method, path, options);
    if (result.ok || result.error.code === isOver) await session.signedOut(true);
    return result;
  }

  return {
    async logout(options) {
      // A damaged store sends what is no token: nothing else would ever end that.
      const result = await leave("POST", "/logout", options, "token_invalid");
      // Whose session was over already has what they asked for.
      return session.getState().status === "signed-out" ? { ok: true, data: undefined } : result;
    },
    async deleteAccount(body, options) {
      // Whose account it was is not known afterwards.
      if (devices && !session.getState().customer) await check();
      const email = session.getState().customer?.email;
      const result = await leave("DELETE", "/user", { body, ...options });
      if (result.ok && email) await devices?.forget(email);
      return result;
    },
  };
}
