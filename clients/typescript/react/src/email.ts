"use client";
import { type Confirmed, changeEmail, confirmEmailChange } from "@doorstep/client";
import { useDoorstep } from "./context.js";
import type { FormOptions } from "./form.js";
import { type MailedBinding, type Steps, useMailed } from "./mailed.js";
import { useSession } from "./session.js";
import { codeField, useLookBack } from "./verification.js";

interface Fields {
  newEmail: string;
  password: string;
}

export interface EmailChangeBinding extends MailedBinding<keyof Fields, "code"> {
  /** The address that was asked for. */
  email: string | undefined;
}

const steps: Steps<Fields, { code: string }, Confirmed> = {
  path: "/api/user/email",
  askFields: {
    newEmail: { type: "email", autoComplete: "email", autoCapitalize: "none", spellCheck: false },
    password: { type: "password", autoComplete: "current-password" },
  },
  ask: changeEmail,
  confirmFields: { code: codeField },
  confirm: (client, values) => confirmEmailChange(client, values),
};

/** Another address for whoever is signed in: a mail goes to it, and once its code comes back it is the account's. */
export function useEmailChange(options: FormOptions<Confirmed> = {}): EmailChangeBinding {
  const { client } = useDoorstep(options.account);
  const { customer } = useSession(options.account);
  const { asked, finish: _, ask, step, ...binding } = useMailed(steps, options);
  const email = asked?.values.newEmail.trim();
  const isWaiting = step === "confirm";
  useLookBack(client, isWaiting);
  const isChanged = !!email && customer?.email.toLowerCase() === email.toLowerCase();
  const isDone = isWaiting && isChanged;
  return {
    ...binding,
    step: isDone ? "done" : step,
    note: () => ({ ...binding.note(), ...(isDone && { children: undefined }) }),
    email,
    // Whoever comes back corrects what was typed.
    ask: {
      ...ask,
      field: (name) => ({
        ...ask.field(name),
        ...(name === "newEmail" && step === "ask" && !isChanged && { defaultValue: email }),
      }),
    },
  };
}
