import type { Enter } from "./enter.js";
import type { CallOptions, Result } from "./result.js";
import type { Customer, LoginInput } from "./types.js";

export interface Login {
  login(input: LoginInput, options?: CallOptions): Promise<Result<Customer>>;
}

export const createLogin = (enter: Enter, session: string): Login => ({
  // Only what is needed: the values of a sign-up form may be passed as they are.
  login: (input, options) =>
    enter("/login", { email: input.email?.trim(), password: input.password, session }, options),
});
