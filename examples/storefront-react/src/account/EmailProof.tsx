import type { Customer } from "@doorstep/client";
import { useVerification } from "@doorstep/react";
import { announce } from "../parts/announce";
import { BoundField } from "../parts/BoundField";
import { BoundForm } from "../parts/BoundForm";
import { MailNote, Resend } from "../parts/MailSteps";
import { usePolicy } from "../parts/usePolicy";

function Steps() {
  const { step, ask, confirm, note, resend } = useVerification({
    onSuccess: () => {
      announce("Your e-mail address is confirmed.");
      // The form that had the focus is gone.
      document.getElementById("profile")?.focus();
    },
  });
  return (
    <>
      <MailNote note={note} />
      {step === "ask" && <BoundForm form={ask} button="Send me a code" />}
      {step === "confirm" && (
        <>
          <BoundForm form={confirm} button="Confirm">
            <BoundField form={confirm} name="code" label="Code" hint="Eight digits, in the mail." />
          </BoundForm>
          <Resend resend={resend} mailbox="The link in the mail does the same." />
        </>
      )}
    </>
  );
}

/** Asks for the proof of an address, and tells that mails do not arrive; where the shop sends mails at all. */
export function EmailProof({ customer }: { customer: Customer }) {
  const policy = usePolicy();
  const { emailVerified, emailUndeliverable } = customer;
  if (!policy?.mail || (emailVerified && !emailUndeliverable)) return null;
  return (
    <section className={emailUndeliverable ? "panel notice trouble" : "panel notice"} aria-labelledby="proof">
      {emailUndeliverable ? (
        <>
          <h2 id="proof">Our mails to you come back</h2>
          <p>
            Your mailbox does not take them. As long as it does not, we cannot help with a forgotten password.
          </p>
        </>
      ) : (
        <>
          <h2 id="proof">Your address is not confirmed</h2>
          <p>We send a code to it. Once it is confirmed, a forgotten password is no trouble.</p>
        </>
      )}
      <Steps />
    </section>
  );
}
