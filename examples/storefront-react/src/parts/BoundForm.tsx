import type { FormBinding } from "@doorstep/react";
import type { ReactNode } from "react";

type Props<Name extends string> = {
  form: FormBinding<Name>;
  button: string;
  /** Another look for the button. */
  tone?: "danger";
  children?: ReactNode;
};

/** A form of the kit in the shop's clothes: its fields, what concerns the whole of it, and its button. */
export function BoundForm<Name extends string>({ form, button, tone, children }: Props<Name>) {
  return (
    <form className="form" {...form.form()}>
      {children}
      <p className="error form-error" {...form.error()} />
      <div className="form-actions">
        <button className={tone ? `button button-${tone}` : "button"} {...form.button()}>
          {button}
        </button>
      </div>
    </form>
  );
}
