import type { SendCall } from "./calls.js";
import type { Enter } from "./enter.js";
import { readPolicy } from "./policy.js";
import type { CallOptions, Result } from "./result.js";
import type { PasswordChange } from "./types.js";

export interface Password {
  /** Changes the password: every other session ends, and this one goes on with other secrets. */
  changePassword(input: PasswordChange, options?: CallOptions): Promise<Result<void>>;
}

export const createPassword = (enter: Enter, call: SendCall): Password => ({
  // A server that does not name the key takes a request that comes again for a wrong password.
  changePassword: (input, options) =>
    readPolicy(call).then(({ password }) =>
      enter("/user/password", input, options, password?.idempotencyKey),
    ) as Promise<Result<never>>,
});
