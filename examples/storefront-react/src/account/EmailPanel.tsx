import type { Customer } from "@doorstep/client";
import { type EmailChangeBinding, useEmailChange } from "@doorstep/react";
import { announce } from "../parts/announce";
import { BoundField } from "../parts/BoundField";
import { BoundForm } from "../parts/BoundForm";
import { MailNote, Resend } from "../parts/MailSteps";

function AskStep({ ask, customer }: EmailChangeBinding & { customer: Customer }) {
  return (
    <BoundForm form={ask} button="Change address">
      <input type="text" name="username" autoComplete="username" value={customer.email} readOnly hidden />
      <BoundField form={ask} name="newEmail" label="New e-mail" />
      <BoundField form={ask} name="password" label="Your password" />
    </BoundForm>
  );
}

function ConfirmStep({ confirm, email, resend, restart }: EmailChangeBinding) {
  return (
    <>
      <BoundForm form={confirm} button="Confirm">
        <BoundField form={confirm} name="code" label="Code" hint={`Eight digits, in the mail to ${email}.`} />
      </BoundForm>
      <Resend resend={resend} mailbox="The link in the mail does the same." />
      <p>
        <button type="button" className="link-button" onClick={restart}>
          Take another address
        </button>
      </p>
    </>
  );
}

/** The address that the customer logs in with, and another one for it. */
export function EmailPanel({ customer, onChange }: { customer: Customer; onChange: () => void }) {
  const change = useEmailChange({
    onSuccess: ({ message }) => {
      announce(message);
      onChange();
      // The form that had the focus is gone.
      document.getElementById("email")?.focus();
    },
  });
  return (
    <section className="panel" aria-labelledby="email">
      <h2 id="email" tabIndex={-1}>
        E-mail address
      </h2>
      <p>
        You log in with <strong>{customer.email}</strong>. Another one is yours here once you have confirmed
        it.
        {customer.emailVerified && " For a week a mail to this one can take it back."}
      </p>
      <div className="form-box mail-steps">
        <MailNote note={change.note} />
        {change.step === "ask" && <AskStep {...change} customer={customer} />}
        {change.step === "confirm" && <ConfirmStep {...change} />}
        {change.step === "done" && (
          <button type="button" className="button button-plain" onClick={change.restart}>
            Change it again
          </button>
        )}
      </div>
    </section>
  );
}
