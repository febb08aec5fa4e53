import type { Calls } from "./calls.js";
import type { CallOptions, Result } from "./result.js";
import type { Address, AddressChange, AddressInput } from "./types.js";

export interface Addresses {
  list(options?: CallOptions): Promise<Result<Address[]>>;
  add(input: AddressInput, options?: CallOptions): Promise<Result<Address>>;
  change(id: string, change: AddressChange, options?: CallOptions): Promise<Result<Address>>;
  remove(id: string, options?: CallOptions): Promise<Result<void>>;
}

const path = "/user/addresses";

export const createAddresses = ({ call }: Calls): Addresses => ({
  list: (options) => call("GET", path, "addresses", options),
  add: (body, options) => call("POST", path, "address", { body, ...options }),
  change: (id, body, options) => call("PATCH", `${path}/${id}`, "address", { body, ...options }),
  remove: (id, options) => call("DELETE", `${path}/${id}`, undefined, options),
});
