import type { Address, Customer } from "@doorstep/client";
import { type AddressesBinding, useAddresses } from "@doorstep/react";
import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { announce } from "../parts/announce";
import { AccountLayout } from "./AccountLayout";
import { AddressForm } from "./AddressForm";
import { countryName } from "./CountryField";

type EntryProps = { address: Address; onEdit: () => void; onRemove: () => void };

function Entry({ address, onEdit, onRemove }: EntryProps) {
  const town = [address.postalCode, address.city].filter(Boolean).join(" ");
  const lines = [address.line1, address.line2, town, countryName(address.country)].filter(Boolean);
  return (
    <li className="thing">
      <div>
        <h3>{address.name}</h3>
        <address>
          {lines.map((line) => (
            <span className="address-line" key={line}>
              {line}
            </span>
          ))}
        </address>
        {address.defaultShipping && <span className="tag">Ships here</span>}
        {address.defaultBilling && <span className="tag">Bills here</span>}
      </div>
      <div className="button-row">
        <button type="button" className="button button-small button-plain" onClick={onEdit}>
          Edit<span className="visually-hidden"> {address.line1}</span>
        </button>
        <button type="button" className="button button-small button-plain" onClick={onRemove}>
          Remove<span className="visually-hidden"> {address.line1}</span>
        </button>
      </div>
    </li>
  );
}

function AddressList({ book, onEdit }: { book: AddressesBinding; onEdit: (what: Address | "new") => void }) {
  const { addresses, failure, remove } = book;
  const drop = async (address: Address) => {
    const result = await remove(address.id);
    if (!result.ok) return;
    announce("The address is removed.");
    // The button that was pressed is gone with its entry.
    document.getElementById("addresses")?.focus();
  };
  return (
    <>
      {addresses?.length === 0 && <p>No address yet. The first parcel will need one.</p>}
      <ul className="things">
        {addresses?.map((address) => (
          <Entry
            key={address.id}
            address={address}
            onEdit={() => onEdit(address)}
            onRemove={() => void drop(address)}
          />
        ))}
      </ul>
      <p className="error" role="alert">
        {failure?.message}
      </p>
      <button type="button" className="button" onClick={() => onEdit("new")}>
        Add an address
      </button>
    </>
  );
}

function AddressBook({ customer }: { customer: Customer }) {
  const book = useAddresses();
  const [editing, setEditing] = useState<Address | "new">();
  const heading = useRef<HTMLHeadingElement>(null);
  const address = editing === "new" ? undefined : editing;

  // The form takes the place of the list and back: the focus goes along.
  const open = (what: Address | "new" | undefined) => {
    flushSync(() => setEditing(what));
    heading.current?.focus();
  };
  return (
    <section className="panel" aria-labelledby="addresses">
      <h2 id="addresses" tabIndex={-1} ref={heading}>
        {!editing ? "Address book" : address ? "Change the address" : "New address"}
      </h2>
      {editing ? (
        <AddressForm
          address={address}
          name={customer.name}
          save={(input) => (address ? book.change(address.id, input) : book.add(input))}
          onCancel={() => open(undefined)}
          onDone={() => {
            open(undefined);
            announce("The address is saved.");
          }}
        />
      ) : (
        <AddressList book={book} onEdit={open} />
      )}
    </section>
  );
}

export function AddressesPage() {
  return <AccountLayout title="Addresses">{(customer) => <AddressBook customer={customer} />}</AccountLayout>;
}
