"use client";
import type {
  Address,
  AddressChange,
  AddressInput,
  DoorstepClient,
  Result,
} from "@doorstep/client";
import { type ListState, useList } from "./list.js";

export interface AddressesBinding extends Omit<ListState<Address>, "items"> {
  addresses: Address[] | undefined;
  add(input: AddressInput): Promise<Result<Address>>;
  change(id: string, change: AddressChange): Promise<Result<Address>>;
  remove(id: string): Promise<Result<void>>;
}

const load = (client: DoorstepClient) => client.addresses.list();

/** The customer's address book. */
export function useAddresses(account?: DoorstepClient): AddressesBinding {
  const { items, failure, reload, change } = useList(load, account);
  return {
    addresses: items,
    failure,
    reload,
    add: (input) => change((client) => client.addresses.add(input)),
    change: (id, input) => change((client) => client.addresses.change(id, input)),
    remove: (id) => change((client) => client.addresses.remove(id)),
  };
}
