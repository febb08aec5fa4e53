"use client";
import {
  type Customer,
  confirmVerification,
  requestVerification,
  type SignUpInput,
} from "@doorstep/client";
import type { FormOptions } from "./form.js";
import { type MailedBinding, type Steps, useMailed } from "./mailed.js";
import { type SignUpFields, signUpFields } from "./signup.js";
import { codeField } from "./verification.js";

export interface SignUpByMailBinding extends MailedBinding<SignUpFields, "code"> {
  /** The address that the mail went to. */
  email: string | undefined;
}

const steps: Steps<SignUpInput, { code: string }, Customer> = {
  path: "/api/signup",
  confirmPath: "/api/verification/confirm",
  askFields: signUpFields,
  async ask(client, values) {
    const result = await client.signUp(values);
    if (result.ok) return { ok: true, data: { done: result.data } };
    return result.pending ? { ok: true, data: result.pending } : result;
  },
  askAgain: (client, { email }) => requestVerification(client, { email }),
  confirmFields: { code: codeField },
  async confirm(client, values, { email, password }) {
    // As a new one: somebody else may have signed up with this address before, and their password must not stay.
    const proven = await confirmVerification(client, { ...values, newPassword: password });
    // Spent may mean that the link was used, or that the answer to the first try was lost: then the login succeeds.
    if (!proven.ok && proven.error.code !== "challenge_spent") return proven;
    const entered = await client.login({ email, password });
    return entered.ok || proven.ok ? entered : proven;
  },
};

/** A sign-up in as many steps as the shop asks for: where an address is proven first, the second one is the code that was mailed to it. */
export function useSignUpByMail(options?: FormOptions<Customer>): SignUpByMailBinding {
  const { asked, finish: _, ask, ...binding } = useMailed(steps, options);
  const typed: Partial<SignUpInput> = asked?.values ?? {};
  return {
    ...binding,
    email: typed.email?.trim(),
    // Whoever comes back corrects what was typed; the password is typed anew.
    ask: {
      ...ask,
      field: (name) => ({
        ...ask.field(name),
        ...((name === "name" || name === "email") && { defaultValue: typed[name] }),
      }),
    },
  };
}
