import type { SendCall } from "./calls.js";
import type { DeviceTokens } from "./device-tokens.js";
import type { Enter } from "./enter.js";
import { readPolicy } from "./policy.js";
import type { CallOptions, Entered, Result } from "./result.js";
import type { Customer, LoginInput, SignUpInput } from "./types.js";

export interface SignUp {
  /** Where the policy says `signup.verification: "before"` the outcome is `pending`: see `Entered`. */
  signUp(input: SignUpInput, options?: CallOptions): Promise<Entered>;
}

export interface Login {
  login(input: LoginInput, options?: CallOptions): Promise<Result<Customer>>;
}

/** The two ways into a session that need nothing but a form. */
export const createLogin = (
  enter: Enter,
  call: SendCall,
  session: string,
  devices?: DeviceTokens,
): SignUp & Login => {
  /** The token of a known device, where the server says that it takes one. */
  async function find(email: string, options?: CallOptions): Promise<string | undefined> {
    const deviceToken = await devices?.find(email);
    if (!deviceToken) return;
    const names = (await readPolicy(call, options)).login?.optional;
    return names?.some?.((name) => name === "deviceToken") ? deviceToken : undefined;
  }

  return {
    signUp: (input, options) =>
      enter("/signup", { ...input, email: input.email?.trim(), session }, options, true),
    // Only what is needed: the values of a sign-up form may be passed as they are.
    async login({ email: typed, password }, options) {
      const email = typed?.trim();
      const deviceToken = await find(email, options);
      return enter("/login", { email, password, session, deviceToken }, options);
    },
  };
};
