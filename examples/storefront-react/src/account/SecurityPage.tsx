import type { Customer } from "@doorstep/client";
import { useChangePassword } from "@doorstep/react";
import { useRef } from "react";
import { announce } from "../parts/announce";
import { BoundField } from "../parts/BoundField";
import { BoundForm } from "../parts/BoundForm";
import { AccountLayout } from "./AccountLayout";
import { Devices } from "./Devices";

function PasswordForm({ customer }: { customer: Customer }) {
  const box = useRef<HTMLDivElement>(null);
  const form = useChangePassword({
    onSuccess: () => {
      box.current?.querySelector("form")?.reset();
      announce("Your password is changed. Every other device is logged out.");
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

export function SecurityPage() {
  return (
    <AccountLayout title="Password and devices">
      {(customer) => (
        <>
          <section className="panel" aria-labelledby="devices">
            <h2 id="devices" tabIndex={-1}>
              Devices
            </h2>
            <p>Wherever you are logged in. Something you do not know? End it, then change the password.</p>
            <Devices />
          </section>
          <section className="panel" aria-labelledby="password">
            <h2 id="password">Password</h2>
            <p>A long sentence is better than a short riddle. Changing it ends every other device.</p>
            <PasswordForm customer={customer} />
          </section>
        </>
      )}
    </AccountLayout>
  );
}
