import type { SendCall } from "./calls.js";
import type { CallOptions, Result } from "./result.js";
import type { Address, AddressChange, AddressInput } from "./types.js";

export interface Addresses {
  list(options?: CallOptions): Promise<Result<Address[]>>;
  add(input: AddressInput, options?: CallOptions): Promise<Result<Address>>;
  change(id: string, change: AddressChange, options?: CallOptions): Promise<Result<Address>>;
  remove(id: string, options?: CallOptions): Promise<Result<void>>;
}

export const createAddresses = (call: SendCall): Addresses => ({
  list: (options) => call("GET", "/user/addresses", options, "addresses"),
  add: (body, options) => call("POST", "/user/addresses", { body, ...options }, "address"),
  change: (id, body, options) =>
    call("PATCH", `/user/addresses/${id}`, { body, ...options }, "address"),
  remove: (id, options) => call("DELETE", `/user/addresses/${id}`, options),
});
