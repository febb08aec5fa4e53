import type { Begin } from "./enter.js";
import type { CallOptions, Result } from "./result.js";
import type { Customer, SignUpInput } from "./types.js";

export interface SignUp {
  signUp(input: SignUpInput, options?: CallOptions): Promise<Result<Customer>>;
}

export const createSignUp = (begin: Begin): SignUp => ({
  signUp: (input, options) => begin("/signup", input, options, true),
});
