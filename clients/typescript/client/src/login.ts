import type { SendCall } from "./calls.js";
import type { DeviceTokens } from "./device-tokens.js";
import type { Enter } from "./enter.js";
import { readPolicy } from "./policy.js";
import type { CallOptions, Result } from "./result.js";
import type { Customer, LoginInput } from "./types.js";

export interface Login {
  login(input: LoginInput, options?: CallOptions): Promise<Result<Customer>>;
}

export const createLogin = (
  enter: Enter,
  call: SendCall,
  session: string,
  devices?: DeviceTokens,
): Login => {
  /** The token of a known device, where the server says that it takes one. */
  async function find(email: string, options?: CallOptions): Promise<string | undefined> {
    const deviceToken = await devices?.find(email);
    if (!deviceToken) return;
    const names = (await readPolicy(call, options)).login?.optional;
    return Array.isArray(names) && names.includes("deviceToken") ? deviceToken : undefined;
  }

  return {
    // Only what is needed: the values of a sign-up form may be passed as they are.
    async login({ email: typed, password }, options) {
      const email = typed?.trim();
      const deviceToken = await find(email, options);
      return enter("/login", { email, password, session, deviceToken }, options);
    },
  };
};
