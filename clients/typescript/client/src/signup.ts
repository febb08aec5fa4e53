import type { Enter } from "./enter.js";
import type { CallOptions, Result } from "./result.js";
import type { Customer, SignUpInput } from "./types.js";

export interface SignUp {
  signUp(input: SignUpInput, options?: CallOptions): Promise<Result<Customer>>;
}

export const createSignUp = (enter: Enter, session: string): SignUp => ({
  signUp: (input, options) =>
    enter("/signup", { ...input, email: input.email?.trim(), session }, options, true),
});
