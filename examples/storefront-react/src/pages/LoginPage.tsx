import { useLogin } from "@doorstep/react";
import { BoundField } from "../parts/BoundField";
import { BoundForm } from "../parts/BoundForm";
import { PageHead } from "../parts/PageHead";
import { Link } from "../router/Link";
import { Art } from "../shop/art/Art";
import { useLeaveWhenSignedIn } from "./useLeaveWhenSignedIn";

export function LoginPage() {
  useLeaveWhenSignedIn();
  const form = useLogin();
  return (
    <div className="entry">
      <div>
        <PageHead title="Log in">
          <p>
            New here? <Link href="/signup">Open an account</Link>
          </p>
        </PageHead>
        <BoundForm form={form} button="Log in">
          <BoundField form={form} name="email" label="E-mail" />
          <BoundField form={form} name="password" label="Password" />
        </BoundForm>
      </div>
      <div className="aside-art">
        <Art name="lantern" />
      </div>
    </div>
  );
}
