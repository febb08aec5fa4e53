import type { Customer } from "@doorstep/client";
import { useChangePassword, useSecurityEvents } from "@doorstep/react";
import { useRef } from "react";
import { announce } from "../parts/announce";
import { BoundField } from "../parts/BoundField";
import { BoundForm } from "../parts/BoundForm";
import { usePolicy } from "../parts/usePolicy";
import { AccountLayout } from "./AccountLayout";
import { Devices } from "./Devices";
import { EmailPanel } from "./EmailPanel";
import { Timeline } from "./Timeline";

function PasswordForm({ customer, onChange }: { customer: Customer; onChange: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  const form = useChangePassword({
    onSuccess: () => {
      box.current?.querySelector("form")?.reset();
      announce("Your password is changed. Every other device is logged out.");
      onChange();
    },
  });
  return (
    <div ref={box} className="form-box">
      <BoundForm form={form} button="Change password">
        {/* A password manager needs to know whose password this is. */}
        <input type="text" name="username" autoComplete="username" value={customer.email} readOnly hidden />
        <BoundField form={form} name="currentPassword" label="Password now" />
        <BoundField form={form} name="newPassword" label="New password" />
      </BoundForm>
    </div>
  );
}

function Security({ customer }: { customer: Customer }) {
  const policy = usePolicy();
  const happened = useSecurityEvents();
  const reload = () => void happened.reload();
  return (
    <>
      <section className="panel" aria-labelledby="devices">
        <h2 id="devices" tabIndex={-1}>
          Devices
        </h2>
        <p>Wherever you are logged in. Something you do not know? End it, then change the password.</p>
        <Devices onChange={reload} />
      </section>
      <section className="panel" aria-labelledby="password">
        <h2 id="password">Password</h2>
        <p>A long sentence is better than a short riddle. Changing it ends every other device.</p>
        <PasswordForm customer={customer} onChange={reload} />
      </section>
      {policy?.mail && <EmailPanel customer={customer} onChange={reload} />}
      {policy?.events && (
        <section className="panel" aria-labelledby="happened">
          <h2 id="happened">What has happened</h2>
          <p>Newest first. Something that was not you? Change the password.</p>
          <Timeline {...happened} />
        </section>
      )}
    </>
  );
}

export function SecurityPage() {
  return (
    <AccountLayout title="Password and devices">
      {(customer) => <Security customer={customer} key={customer.id} />}
    </AccountLayout>
  );
}
