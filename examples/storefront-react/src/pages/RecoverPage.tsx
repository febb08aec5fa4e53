import { type RecoveryBinding, useRecovery } from "@doorstep/react";
import { BoundField } from "../parts/BoundField";
import { BoundForm } from "../parts/BoundForm";
import { MailNote, Resend } from "../parts/MailSteps";
import { PageHead } from "../parts/PageHead";
import { Link } from "../router/Link";
import { navigate } from "../router/location";
import { Art } from "../shop/art/Art";

function AskStep({ ask }: RecoveryBinding) {
  return (
    <BoundForm form={ask} button="Send me a code">
      <BoundField
        form={ask}
        name="email"
        label="E-mail"
        hint="The address of your account. We send a code to it."
      />
    </BoundForm>
  );
}

function ConfirmStep({ confirm, email, resend, restart }: RecoveryBinding) {
  return (
    <>
      <BoundForm form={confirm} button="Save the new password">
        {/* A password manager needs to know whose password this is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <BoundField form={confirm} name="code" label="Code" hint={`Eight digits, in the mail to ${email}.`} />
        <BoundField
          form={confirm}
          name="newPassword"
          label="New password"
          hint="At least 8 characters. It logs every device out."
        />
      </BoundForm>
      <Resend resend={resend} mailbox="No mail after a minute?" />
      <p>
        <button type="button" className="link-button" onClick={restart}>
          Take another address
        </button>
      </p>
    </>
  );
}

export function RecoverPage() {
  const recovery = useRecovery({
    onSuccess: ({ email }) => navigate("/login", { state: { recovered: email } }),
  });
  return (
    <div className="entry">
      <div className="recover">
        <PageHead title="Forgot your password?">
          <p>
            Remembered it? <Link href="/login">Log in</Link>
          </p>
        </PageHead>
        <MailNote note={recovery.note} />
        {recovery.step === "ask" && <AskStep {...recovery} />}
        {recovery.step === "confirm" && <ConfirmStep {...recovery} />}
      </div>
      <div className="aside-art">
        <Art name="lantern" />
      </div>
    </div>
  );
}
