"use client";
import {
  type Confirmed,
  confirmVerification,
  type DoorstepClient,
  requestVerification,
} from "@doorstep/client";
import { useEffect } from "react";
import { useDoorstep } from "./context.js";
import type { FormOptions } from "./form.js";
import { type MailedBinding, type Steps, useMailed } from "./mailed.js";
import { useSession } from "./session.js";

/** Phones offer a code that has just come, and the keys for digits. */
export const codeField = {
  type: "text",
  inputMode: "numeric",
  autoComplete: "one-time-code",
  spellCheck: false,
} as const;

export type VerificationBinding = MailedBinding<never, "code">;

const steps: Steps<object, { code: string }, Confirmed> = {
  path: "/api/verification",
  askFields: {},
  ask: (client) => requestVerification(client),
  confirmFields: { code: codeField },
  confirm: (client, values) => confirmVerification(client, values),
};

/** The link of a mail does the same as its code, on a page of its own: whoever comes back from it is found to have used it. */
export function useLookBack(client: DoorstepClient, isWaiting: boolean) {
  useEffect(() => {
    if (!isWaiting) return;
    const look = () => void client.refresh();
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [client, isWaiting]);
}

/** The proof that an address is the customer's: a mail is sent, then its code comes back. */
export function useVerification(options: FormOptions<Confirmed> = {}): VerificationBinding {
  const { client } = useDoorstep(options.account);
  const { customer } = useSession(options.account);
  const { asked: _, finish: __, step, ...binding } = useMailed(steps, options);
  useLookBack(client, step === "confirm");
  return { ...binding, step: customer?.emailVerified ? "done" : step };
}
