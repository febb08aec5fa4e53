import type { FormBinding } from "@doorstep/react";
import { useId, useState } from "react";

type Props<Name extends string> = {
  form: FormBinding<Name>;
  name: Name;
  label: string;
  hint?: string;
  /** What stands in it before anybody types. */
  initial?: string | undefined;
};

/** One row of a form of the kit: the attributes are the kit's, the markup is the shop's. */
export function BoundField<Name extends string>({ form, name, label, hint, initial }: Props<Name>) {
  const hintId = useId();
  const [shown, setShown] = useState(false);
  const field = form.field(name);
  const secret = field.type === "password";
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
      <div className="input-box">
        <input
          {...field}
          type={shown ? "text" : field.type}
          aria-describedby={described || undefined}
          {...(initial !== undefined && { defaultValue: initial })}
        />
        {secret && (
          <button type="button" className="reveal" onClick={() => setShown(!shown)}>
            {shown ? "Hide" : "Show"}
            <span className="visually-hidden"> {label}</span>
          </button>
        )}
      </div>
      <p className="error" {...form.error(name)} />
    </div>
  );
}
