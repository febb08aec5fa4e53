import type { SendCall } from "./calls.js";
import type { CallOptions, Result } from "./result.js";
import type { Policy } from "./types.js";

export interface PolicyReader {
  policy(options?: CallOptions): Promise<Result<Policy>>;
}

export const createPolicy = (call: SendCall): PolicyReader => ({
  policy: (options) => call("GET", "/policy", options),
});
