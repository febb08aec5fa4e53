"use client";
import type { Customer } from "@doorstep/client";
import type { FormBinding, FormOptions } from "./form.js";
import { useLogin } from "./login.js";

export interface AccountFormProps<Name extends string> extends FormOptions<Customer> {
  /** Your words for the labels and the button. */
  labels?: Partial<Record<Name | "submit", string>>;
  className?: string;
}

/** E-mail and password, without any style. */
export function LoginForm({
  labels,
  className,
  ...options
}: AccountFormProps<"email" | "password">) {
  return (
    <Fields
      binding={useLogin(options)}
      labels={{ email: "E-mail", password: "Password", submit: "Log in", ...labels }}
      className={className}
    />
  );
}

/** A form of a binding: a labelled input for each label but that of the button. */
export function Fields<Name extends string>({
  binding,
  labels,
  className,
}: {
  binding: FormBinding<Name>;
  labels: { [name in Name | "submit"]?: string };
  className?: string | undefined;
}) {
  const names = Object.keys(labels).filter((name) => name !== "submit") as Name[];
  return (
    <form {...binding.form()} className={className}>
      {names.map((name) => (
        <div key={name} data-field={name}>
          {/* biome-ignore lint/a11y/noLabelWithoutControl: label() names its input by htmlFor */}
          <label {...binding.label(name)}>{labels[name]}</label>
          <input {...binding.field(name)} />
          <p {...binding.error(name)} />
        </div>
      ))}
      <button {...binding.button()}>{labels.submit}</button>
      <p {...binding.error()} />
    </form>
  );
}
