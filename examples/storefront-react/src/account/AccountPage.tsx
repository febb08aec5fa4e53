import type { Customer } from "@doorstep/client";
import { useProfile } from "@doorstep/react";
import { announce } from "../parts/announce";
import { BoundField } from "../parts/BoundField";
import { BoundForm } from "../parts/BoundForm";
import { AccountLayout } from "./AccountLayout";
import { day } from "./day";
import { EmailProof } from "./EmailProof";

function ProfileForm() {
  const form = useProfile({ onSuccess: () => announce("Your profile is saved.") });
  return (
    <BoundForm form={form} button="Save">
      <BoundField form={form} name="name" label="Name" />
      <BoundField
        form={form}
        name="phone"
        label="Phone"
        hint="With country code. For the carrier, if a parcel gets lost in the fog. Optional."
      />
    </BoundForm>
  );
}

function Profile({ customer }: { customer: Customer }) {
  return (
    <section className="panel" aria-labelledby="profile">
      <h2 id="profile" tabIndex={-1}>
        Profile
      </h2>
      <p>
        You are logged in as <strong>{customer.email}</strong>, a customer since{" "}
        <time dateTime={customer.createdAt}>{day(customer.createdAt)}</time>.
      </p>
      <ProfileForm key={customer.id} />
    </section>
  );
}

export function AccountPage() {
  return (
    <AccountLayout title="Your account">
      {(customer) => (
        <>
          <EmailProof customer={customer} key={customer.id} />
          <Profile customer={customer} />
        </>
      )}
    </AccountLayout>
  );
}
