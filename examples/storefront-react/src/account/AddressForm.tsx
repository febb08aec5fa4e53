import type { Address, AddressInput, Result } from "@doorstep/client";
import { Check, Field, textOf } from "../parts/Field";
import { Form } from "../parts/Form";
import { CountryField } from "./CountryField";

function inputOf(data: FormData): AddressInput {
  return {
    name: textOf(data, "name") ?? "",
    line1: textOf(data, "line1") ?? "",
    line2: textOf(data, "line2"),
    postalCode: textOf(data, "postalCode"),
    city: textOf(data, "city") ?? "",
    country: textOf(data, "country") ?? "",
    defaultShipping: data.has("defaultShipping"),
    defaultBilling: data.has("defaultBilling"),
  };
}

type Props = {
  address: Address | undefined;
  name: string;
  save: (input: AddressInput) => Promise<Result<Address>>;
  onDone: () => void;
  onCancel: () => void;
};

export function AddressForm({ address, name, save, onDone, onCancel }: Props) {
  return (
    <Form
      action={(data) => save(inputOf(data))}
      onDone={onDone}
      button={
        <>
          <button type="submit" className="button">
            Save address
          </button>
          <button type="button" className="button button-plain" onClick={onCancel}>
            Cancel
          </button>
        </>
      }
    >
      <Field label="Name" name="name" autoComplete="name" defaultValue={address?.name ?? name} required />
      <Field
        label="Street and number"
        name="line1"
        autoComplete="address-line1"
        defaultValue={address?.line1 ?? ""}
        required
      />
      <Field
        label="Floor, building (optional)"
        name="line2"
        autoComplete="address-line2"
        defaultValue={address?.line2 ?? ""}
      />
      <div className="form-pair">
        <Field
          label="Postal code"
          name="postalCode"
          autoComplete="postal-code"
          defaultValue={address?.postalCode ?? ""}
        />
        <Field
          label="Town"
          name="city"
          autoComplete="address-level2"
          defaultValue={address?.city ?? ""}
          required
        />
      </div>
      <CountryField defaultValue={address?.country ?? "IE"} />
      <div>
        <Check
          name="defaultShipping"
          label="Ship here by default"
          defaultChecked={address?.defaultShipping ?? false}
        />
        <Check
          name="defaultBilling"
          label="Bill here by default"
          defaultChecked={address?.defaultBilling ?? false}
        />
      </div>
    </Form>
  );
}
