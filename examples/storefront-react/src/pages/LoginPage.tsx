import { useLogin } from "@doorstep/react";
import { BoundField } from "../parts/BoundField";
import { BoundForm } from "../parts/BoundForm";
import { PageHead } from "../parts/PageHead";
import { usePolicy } from "../parts/usePolicy";
import { Link } from "../router/Link";
import { useHanded } from "../router/location";
import { Art } from "../shop/art/Art";
import { useLeaveWhenSignedIn } from "./useLeaveWhenSignedIn";

export function LoginPage() {
  useLeaveWhenSignedIn();
  const form = useLogin();
  const policy = usePolicy();
  const { recovered } = useHanded();
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
        <BoundForm form={form} button="Log in">
          <BoundField form={form} name="email" label="E-mail" initial={recovered} />
          <BoundField form={form} name="password" label="Password" />
        </BoundForm>
        {policy?.mail && (
          <p className="below-form">
            <Link href="/recover">Forgot your password?</Link>
          </p>
        )}
      </div>
      <div className="aside-art">
        <Art name="lantern" />
      </div>
    </div>
  );
}
