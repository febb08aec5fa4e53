import { type InputHTMLAttributes, useContext, useId } from "react";
import { Refused } from "./Form";

type Props = InputHTMLAttributes<HTMLInputElement> & { name: string; label: string; hint?: string };

/** A labelled input with its hint and, when the server refused it, the reason beside it. */
export function Field({ label, hint, ...input }: Props) {
  const id = useId();
  const problem = useContext(Refused)[input.name];
  const described = [hint && `${id}-hint`, problem && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="form-row">
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <input
        type="text"
        {...input}
        id={id}
        aria-invalid={problem ? true : undefined}
        aria-describedby={described || undefined}
      />
      <p className="error" id={`${id}-error`} role="alert">
        {problem}
      </p>
    </div>
  );
}

export function Check({
  name,
  label,
  defaultChecked,
}: {
  name: string;
  label: string;
  defaultChecked: boolean;
}) {
  return (
    <label className="check">
      <input type="checkbox" name={name} defaultChecked={defaultChecked} />
      {label}
    </label>
  );
}

/** The text of a field; an empty one is `null`, which the server reads as "none". */
export function textOf(data: FormData, name: string): string | null {
  const value = data.get(name);
  return typeof value === "string" && value.trim() !== "" ? value : null;
}
