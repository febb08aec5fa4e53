"use client";
import {
  type Confirmed,
  confirmRecovery,
  type RecoveryInput,
  requestRecovery,
} from "@doorstep/client";
import type { FormOptions } from "./form.js";
import { type MailedBinding, type Steps, useMailed } from "./mailed.js";
import { codeField } from "./verification.js";

export type RecoveryFields = "code" | "newPassword";

/** Whose password is a new one now, and what the server says to it. */
export interface Recovered extends Confirmed {
  email: string;
}

export interface RecoveryBinding extends MailedBinding<"email", RecoveryFields> {
  /** The address that was asked for. */
  email: string | undefined;
}

const steps: Steps<RecoveryInput, Record<RecoveryFields, string>, Recovered> = {
  path: "/api/recovery",
  askFields: {
    email: { type: "email", autoComplete: "username", autoCapitalize: "none", spellCheck: false },
  },
  ask: requestRecovery,
  confirmFields: {
    code: codeField,
    newPassword: { type: "password", autoComplete: "new-password" },
  },
  async confirm(client, values, { email }) {
    const result = await confirmRecovery(client, values);
    return result.ok ? { ok: true, data: { ...result.data, email: email.trim() } } : result;
  },
};

/** A forgotten password: first the address, then the code that was mailed to it and a new password. Nobody is signed in by it. */
export function useRecovery(options?: FormOptions<Recovered>): RecoveryBinding {
  const { asked, ask, finish: _, ...binding } = useMailed(steps, options);
  const email = asked?.values.email.trim();
  return {
    ...binding,
    email,
    // Whoever comes back corrects what was typed.
    ask: { ...ask, field: (name) => ({ ...ask.field(name), defaultValue: email }) },
  };
}
