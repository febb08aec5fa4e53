import { requestVerification } from "@doorstep/client";
import { useLogin } from "@doorstep/react";
import { useEffect, useRef, useState } from "react";
import { account } from "../account-client";
import { announce } from "../parts/announce";
import { BoundField } from "../parts/BoundField";
import { BoundForm } from "../parts/BoundForm";
import { PageHead } from "../parts/PageHead";
import { usePolicy } from "../parts/usePolicy";
import { Link } from "../router/Link";
import { useHanded } from "../router/location";
import { Art } from "../shop/art/Art";
import { LoginByMail } from "./LoginByMail";
import { useLeaveWhenSignedIn } from "./useLeaveWhenSignedIn";

/** Where the address has to be proven first, a wrong password and an unproven address are answered alike. */
async function sendProof(email: string | undefined): Promise<void> {
  const result = await requestVerification(account, { email: email ?? "" });
  announce(result.ok ? result.data.message : result.error.message);
}

function PasswordForm({ recovered }: { recovered: string | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  const form = useLogin();
  const mayBeUnproven = usePolicy()?.signup.verification === "before";
  const typed = () => box.current?.querySelector<HTMLInputElement>("[name=email]")?.value;
  return (
    <div ref={box}>
      <BoundForm form={form} button="Log in">
        <BoundField form={form} name="email" label="E-mail" initial={recovered} />
        <BoundField form={form} name="password" label="Password" />
      </BoundForm>
      {mayBeUnproven && form.failure?.code === "invalid_credentials" && (
        <p className="below-form">
          <button
            type="button"
            className="button button-small button-plain"
            onClick={() => void sendProof(typed())}
          >
            Send me another mail
          </button>
        </p>
      )}
    </div>
  );
}

export function LoginPage() {
  useLeaveWhenSignedIn();
  const policy = usePolicy();
  const { recovered } = useHanded();
  const [byMail, setByMail] = useState(false);
  const form = useRef<HTMLDivElement>(null);
  const shown = useRef(byMail);
  useEffect(() => {
    if (shown.current === byMail) return;
    shown.current = byMail;
    form.current?.querySelector<HTMLInputElement>("input:not([hidden])")?.focus();
  }, [byMail]);
  return (
    <div className="entry">
      <div>
        <PageHead title="Log in">
          <p>
            New here? <Link href="/signup">Open an account</Link>
          </p>
        </PageHead>
        {recovered && (
          <p className="good-news" role="status">
            Your new password is saved, and every device is logged out. Log in with it.
          </p>
        )}
        <div className="mail-steps" ref={form}>
          {byMail ? <LoginByMail /> : <PasswordForm recovered={recovered} />}
        </div>
        <ul className="below-form other-ways">
          {policy?.login?.code && (
            <li>
              <button type="button" className="link-button" onClick={() => setByMail(!byMail)}>
                {byMail ? "Log in with the password" : "E-mail me a code instead"}
              </button>
            </li>
          )}
          {policy?.mail && !byMail && (
            <li>
              <Link href="/recover">Forgot your password?</Link>
            </li>
          )}
        </ul>
      </div>
      <div className="aside-art">
        <Art name="lantern" />
      </div>
    </div>
  );
}
