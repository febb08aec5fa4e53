import type { Enter } from "./enter.js";
import type { PolicyReader } from "./policy.js";
import type { CallOptions, Result } from "./result.js";
import type { PasswordChange } from "./types.js";

export interface Password {
  /** Changes the password: every other session ends, and this one goes on with other secrets. */
  changePassword(input: PasswordChange, options?: CallOptions): Promise<Result<void>>;
}

export function createPassword(enter: Enter, { policy }: PolicyReader): Password {
  /** A server that does not say so takes a request that comes again for a wrong password. */
  let isKeyed: boolean | undefined;
  return {
    async changePassword(input, options) {
      if (!isKeyed) {
        const told = await policy(options);
        isKeyed = told.ok && told.data?.password?.idempotencyKey;
      }
      const result = await enter("/user/password", input, options, isKeyed);
      return result.ok ? { ok: true, data: undefined } : result;
    },
  };
}
