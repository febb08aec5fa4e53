"use client";
import {
  type Customer,
  confirmLoginCode,
  type DoorstepError,
  type LoginCodeAsked,
  type LoginCodeInput,
  requestLoginCode,
  waitForLogin,
} from "@doorstep/client";
import { useEffect, useRef, useState } from "react";
import { useDoorstep } from "./context.js";
import type { FormOptions } from "./form.js";
import { type MailedBinding, type Steps, useMailed } from "./mailed.js";
import { codeField } from "./verification.js";

export type LoginCodeFields = "code" | "password" | "newPassword";

export interface LoginCodeBinding extends MailedBinding<"email", LoginCodeFields> {
  /** The address that was asked for. */
  email: string | undefined;
  /** Show it large: behind the mail's link it is chosen among three, and this device is let in. */
  number: string | undefined;
  /** Nobody has proven the address yet: the second form needs `password` or `newPassword`, too. */
  needsPassword: boolean;
  /** Why this device does not wait any more. */
  over(): { role: "alert"; children: string | undefined };
}

type Confirm = { code: string; password?: string; newPassword?: string };

const steps: Steps<LoginCodeInput, Confirm, Customer, LoginCodeAsked> = {
  path: "/api/login/code",
  askFields: {
    email: { type: "email", autoComplete: "username", autoCapitalize: "none", spellCheck: false },
  },
  ask: requestLoginCode,
  confirmFields: {
    code: codeField,
    password: { type: "password", autoComplete: "current-password", required: false },
    newPassword: { type: "password", autoComplete: "new-password", required: false },
  },
  confirm: (client, { password, newPassword, ...values }, { email }) =>
    confirmLoginCode(client, {
      ...values,
      email,
      ...(password && { password }),
      ...(newPassword && { newPassword }),
    }),
};

/** A login without a password: by the code of a mail, or by its link while this device waits and enters by itself. */
export function useLoginCode(options: FormOptions<Customer> = {}): LoginCodeBinding {
  const { client, messages } = useDoorstep(options.account);
  const { asked, finish, ask, confirm, ...binding } = useMailed(steps, options);
  const email = asked?.values.email.trim();
  const request = asked?.data.request;
  const [unproven, setUnproven] = useState<string>();
  const [ended, setEnded] = useState<{ request: string; error: DoorstepError }>();

  const isWaiting = binding.step === "confirm" && !confirm.busy && ended?.request !== request;
  const enter = useRef(finish);
  useEffect(() => {
    enter.current = finish;
  });
  useEffect(() => {
    if (!isWaiting || !request) return;
    const stop = new AbortController();
    const waiting = waitForLogin(client, { request, email }, { signal: stop.signal });
    waiting.then((result) => {
      if (result.ok) enter.current(result.data);
      else if (!stop.signal.aborted) setEnded({ request, error: result.error });
    });
    return () => stop.abort();
  }, [client, request, email, isWaiting]);

  const isAsked = confirm.failure?.fields.password?.code === "required";
  useEffect(() => {
    if (isAsked) setUnproven(email);
  }, [isAsked, email]);

  const error = ended && ended.request === request && !confirm.failure ? ended.error : undefined;
  return {
    ...binding,
    email,
    number: asked?.data.number,
    needsPassword: isAsked || (!!email && unproven === email),
    confirm,
    // Whoever comes back corrects what was typed.
    ask: { ...ask, field: (name) => ({ ...ask.field(name), defaultValue: email }) },
    over: () => ({
      role: "alert",
      children:
        error && (options.messages?.[error.code] ?? messages?.[error.code] ?? error.message),
    }),
  };
}
