import type { SendCall } from "./calls.js";
import type { CallOptions, Result } from "./result.js";
import type { Policy } from "./types.js";

export interface PolicyReader {
  policy(options?: CallOptions): Promise<Result<Policy>>;
}

/** What the server says that it takes: an older one does not say everything, and one that does not answer says nothing. */
export async function readPolicy(call: SendCall, options?: CallOptions): Promise<Partial<Policy>> {
  const told = await call<Policy>("GET", "/policy", options);
  return told.ok ? told.data : {};
}
