import type { FormBinding } from "@doorstep/react";
import { useId } from "react";

type Props<Name extends string> = { form: FormBinding<Name>; name: Name; label: string; hint?: string };

/** One row of a sign-up or login form: the attributes come from the kit, the markup is the shop's. */
export function BoundField<Name extends string>({ form, name, label, hint }: Props<Name>) {
  const hintId = useId();
  const field = form.field(name);
  const described = [hint && hintId, field["aria-describedby"]].filter(Boolean).join(" ");
  return (
    <div className="form-row">
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the kit's attributes hold htmlFor */}
      <label {...form.label(name)}>{label}</label>
      {hint && (
        <p className="hint" id={hintId}>
          {hint}
        </p>
      )}
      <input {...field} aria-describedby={described || undefined} />
      <p className="error" {...form.error(name)} />
    </div>
  );
}
