import type { SendCall } from "./calls.js";
import type { CallOptions, Result } from "./result.js";
import type { PasswordChange } from "./types.js";

export interface Password {
  changePassword(input: PasswordChange, options?: CallOptions): Promise<Result<void>>;
}

export const createPassword = (call: SendCall): Password => ({
  changePassword: (body, options) => call("POST", "/user/password", { body, ...options }),
});
