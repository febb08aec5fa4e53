import { type SignUpByMailBinding, useSignUpByMail } from "@doorstep/react";
import { BoundField } from "../parts/BoundField";
import { BoundForm } from "../parts/BoundForm";
import { MailNote, Resend } from "../parts/MailSteps";
import { PageHead } from "../parts/PageHead";
import { Link } from "../router/Link";
import { Art } from "../shop/art/Art";
import { useLeaveWhenSignedIn } from "./useLeaveWhenSignedIn";

function AskStep({ ask }: SignUpByMailBinding) {
  return (
    <BoundForm form={ask} button="Open the account">
      <BoundField form={ask} name="name" label="Name" />
      <BoundField form={ask} name="email" label="E-mail" />
      <BoundField
        form={ask}
        name="password"
        label="Password"
        hint="At least 8 characters. A whole sentence is fine."
      />
    </BoundForm>
  );
}

/** Where the shop wants the address proven first. */
function ConfirmStep({ confirm, email, resend, restart }: SignUpByMailBinding) {
  return (
    <>
      <BoundForm form={confirm} button="Confirm and log in">
        <BoundField form={confirm} name="code" label="Code" hint={`Eight digits, in the mail to ${email}.`} />
      </BoundForm>
      <Resend
        resend={resend}
        mailbox="The link in the mail does the same. If you have an account here already, the mail says so."
      />
      <p>
        <button type="button" className="link-button" onClick={restart}>
          Take another address
        </button>
      </p>
    </>
  );
}

export function SignupPage() {
  useLeaveWhenSignedIn();
  const signUp = useSignUpByMail();
  const isWaiting = signUp.step === "confirm";
  return (
    <div className="entry">
      <div className="mail-steps">
        <PageHead title={isWaiting ? "Check your mail" : "Open an account"}>
          <p>
            Been here before? <Link href="/login">Log in</Link>
          </p>
        </PageHead>
        <MailNote note={signUp.note} />
        {isWaiting ? <ConfirmStep {...signUp} /> : <AskStep {...signUp} />}
      </div>
      <div className="aside-art">
        <Art name="mug" />
      </div>
    </div>
  );
}
