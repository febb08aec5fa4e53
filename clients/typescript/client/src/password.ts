import type { SendCall } from "./calls.js";
import type { Enter } from "./enter.js";
import type { CallOptions, Result } from "./result.js";
import type { PasswordChange, Policy } from "./types.js";

export interface Password {
  /** Changes the password: every other session ends, and this one goes on with other secrets. */
  changePassword(input: PasswordChange, options?: CallOptions): Promise<Result<void>>;
}

type Told = { data?: Partial<Policy> };

export const createPassword = (enter: Enter, call: SendCall): Password => ({
  // A server that does not name the key takes a request that comes again for a wrong password.
  changePassword: (input, options) =>
    call("GET", "/policy").then((told) =>
      enter("/user/password", input, options, (told as Told).data?.password?.idempotencyKey),
    ) as Promise<Result<never>>,
});
