import { useSignUp } from "@doorstep/react";
import { BoundField } from "../parts/BoundField";
import { BoundForm } from "../parts/BoundForm";
import { PageHead } from "../parts/PageHead";
import { Link } from "../router/Link";
import { Art } from "../shop/art/Art";
import { useLeaveWhenSignedIn } from "./useLeaveWhenSignedIn";

export function SignupPage() {
  useLeaveWhenSignedIn();
  const form = useSignUp();
  return (
    <div className="entry">
      <div>
        <PageHead title="Open an account">
          <p>
            Been here before? <Link href="/login">Log in</Link>
          </p>
        </PageHead>
        <BoundForm form={form} button="Open the account">
          <BoundField form={form} name="name" label="Name" />
          <BoundField form={form} name="email" label="E-mail" />
          <BoundField
            form={form}
            name="password"
            label="Password"
            hint="At least 8 characters. A whole sentence is fine."
          />
        </BoundForm>
      </div>
      <div className="aside-art">
        <Art name="mug" />
      </div>
    </div>
  );
}
