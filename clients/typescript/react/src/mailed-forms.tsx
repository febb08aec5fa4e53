"use client";
import type { Confirmed, Customer } from "@doorstep/client";
import type { ReactNode } from "react";
import { useEmailChange } from "./email.js";
import type { FormBinding, FormOptions } from "./form.js";
import { Fields } from "./forms.js";
import { useLoginCode } from "./login-code.js";
import type { MailedBinding } from "./mailed.js";
import { useSignUpByMail } from "./signup-mail.js";

type Labels<Name extends string> = { [name in Name]?: string };
/** Of the second step, whatever the first one asks for. */
type Again = "code" | "confirm" | "resend";

export interface MailedFormProps<T, Name extends string> extends FormOptions<T> {
  /** Your words for the labels and the buttons. */
  labels?: Labels<Name | "submit" | Again>;
  className?: string;
}

const again = { code: "Code", confirm: "Confirm", resend: "Send another mail" };

/** Name, e-mail and password, and the code of a mail where the shop asks for it; without any style: every element can be reached by CSS. */
export function SignUpForm({
  labels,
  className,
  ...options
}: MailedFormProps<Customer, "name" | "email" | "password">) {
  const binding = useSignUpByMail(options);
  const { code, confirm, resend, ...first } = { ...again, ...labels };
  return (
    <Steps binding={binding} resend={resend}>
      {binding.step === "confirm" ? (
        <Fields
          binding={binding.confirm}
          labels={{ code, submit: confirm }}
          className={className}
        />
      ) : (
        <Fields
          binding={binding.ask}
          labels={{
            name: "Name",
            email: "E-mail",
            password: "Password",
            submit: "Create account",
            ...first,
          }}
          className={className}
        />
      )}
    </Steps>
  );
}

/** A login by the code of a mail, and the number for whoever opens its link. */
export function LoginCodeForm({
  labels,
  className,
  ...options
}: MailedFormProps<Customer, "email" | "password" | "number">) {
  const binding = useLoginCode(options);
  const { code, confirm, resend, password, number, ...first } = {
    ...again,
    confirm: "Log in",
    password: "Password",
    number: "Or open the mail's link, and choose this number there:",
    ...labels,
  };
  const fields: FormBinding<string> = binding.confirm;
  return (
    <Steps binding={binding} resend={resend}>
      {binding.step === "confirm" ? (
        <>
          <Fields
            binding={fields}
            labels={{ code, ...(binding.needsPassword && { password }), submit: confirm }}
            className={className}
          />
          <p data-number>
            {number} <strong>{binding.number}</strong>
          </p>
          <p {...binding.over()} />
        </>
      ) : (
        <Fields
          binding={binding.ask}
          labels={{ email: "E-mail", submit: "E-mail me a code", ...first }}
          className={className}
        />
      )}
    </Steps>
  );
}

/** Another address for whoever is signed in: with the password, then with the code that was mailed to it. */
export function EmailChangeForm({
  labels,
  className,
  ...options
}: MailedFormProps<Confirmed, "newEmail" | "password">) {
  const binding = useEmailChange(options);
  const { code, confirm, resend, ...first } = { ...again, ...labels };
  return (
    <Steps binding={binding} resend={resend}>
      {binding.step === "confirm" ? (
        <Fields
          binding={binding.confirm}
          labels={{ code, submit: confirm }}
          className={className}
        />
      ) : (
        <Fields
          binding={binding.ask}
          labels={{
            newEmail: "New e-mail",
            password: "Password",
            submit: "Change address",
            ...first,
          }}
          className={className}
        />
      )}
    </Steps>
  );
}

/** What the server said, the form of the step, and another mail. When all is done nothing is left to fill in. */
function Steps<Ask extends string, Confirm extends string>({
  binding: { step, note, resend: mail },
  resend,
  children,
}: {
  binding: MailedBinding<Ask, Confirm>;
  resend: string | undefined;
  children: ReactNode;
}) {
  return (
    <>
      <p {...note()} />
      {step !== "done" && children}
      {step === "confirm" && (
        <>
          <button {...mail.button()}>
            {resend}
            {mail.wait > 0 && <span aria-hidden="true"> ({mail.wait} s)</span>}
          </button>
          <p {...mail.error()} />
        </>
      )}
    </>
  );
}
