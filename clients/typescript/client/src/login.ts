import type { Begin } from "./enter.js";
import type { CallOptions, Result } from "./result.js";
import type { Customer, LoginInput } from "./types.js";

export interface Login {
  login(input: LoginInput, options?: CallOptions): Promise<Result<Customer>>;
}

export const createLogin = (begin: Begin): Login => ({
  // Only what is needed: the values of a sign-up form may be passed as they are.
  login: ({ email, password }, options) => begin("/login", { email, password }, options),
});
