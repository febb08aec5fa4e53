import { type LoginCodeBinding, useLoginCode } from "@doorstep/react";
import { useState } from "react";
import { BoundField } from "../parts/BoundField";
import { BoundForm } from "../parts/BoundForm";
import { MailNote, Resend } from "../parts/MailSteps";

function AskStep({ ask }: LoginCodeBinding) {
  return (
    <BoundForm form={ask} button="Send me a code">
      <BoundField
        form={ask}
        name="email"
        label="E-mail"
        hint="We send a code and a link to it. No password is needed."
      />
    </BoundForm>
  );
}

/** Whoever opens the link finds three numbers there: this one lets this device in. */
function Waiting({ number }: { number: string | undefined }) {
  return (
    <div className="waits">
      <p>Open the link in the mail, on any device, and choose this number:</p>
      <p className="waits-number">{number}</p>
      <p className="quiet">This page logs in by itself then.</p>
    </div>
  );
}

/** Nobody has proven this address yet: a mail alone does not open the account. */
function ProofFields({ confirm }: Pick<LoginCodeBinding, "confirm">) {
  const [isNew, setNew] = useState(false);
  return (
    <>
      {isNew ? (
        <BoundField
          form={confirm}
          name="newPassword"
          label="New password"
          hint="At least 8 characters. It logs every device out."
        />
      ) : (
        <BoundField form={confirm} name="password" label="Password" />
      )}
      <p>
        <button type="button" className="link-button" onClick={() => setNew(!isNew)}>
          {isNew ? "I know my password" : "Choose a new password"}
        </button>
      </p>
    </>
  );
}

function ConfirmStep({ confirm, email, number, needsPassword, over, resend, restart }: LoginCodeBinding) {
  // Of an address that nobody has proven the link's page shows no numbers.
  const isWaiting = !needsPassword && !over().children;
  return (
    <>
      {isWaiting && <Waiting number={number} />}
      <BoundForm form={confirm} button="Log in">
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <BoundField
          form={confirm}
          name="code"
          label={isWaiting ? "Or type the code" : "Code"}
          hint={`Eight digits, in the mail to ${email}.`}
        />
        {needsPassword && <ProofFields confirm={confirm} />}
      </BoundForm>
      <p className="error form-error over" {...over()} />
      <Resend resend={resend} mailbox="No mail after a minute?" />
      <p>
        <button type="button" className="link-button" onClick={restart}>
          Take another address
        </button>
      </p>
    </>
  );
}

/** A login without a password: the code of a mail, or its link. */
export function LoginByMail() {
  const login = useLoginCode();
  return (
    <>
      <MailNote note={login.note} />
      {login.step === "ask" && <AskStep {...login} />}
      {login.step === "confirm" && <ConfirmStep {...login} />}
    </>
  );
}
