"use client";
import type { DoorstepClient, MailAsked, Result } from "@doorstep/client";
import { useEffect, useRef, useState } from "react";
import { useDoorstep } from "./context.js";
import { useCountdown } from "./countdown.js";
import { type FieldTable, type FormBinding, type FormOptions, useForm } from "./form.js";

export interface MailedBinding<Ask extends string, Confirm extends string> {
  /** Whether the mail is asked for, its code is waited for, or all is done. */
  step: "ask" | "confirm" | "done";
  ask: FormBinding<Ask>;
  confirm: FormBinding<Confirm>;
  /** What the server said when it was asked for a mail. */
  note(): { role: "status"; children: string | undefined };
  /** Asks for another mail of the same kind. */
  resend: {
    /** Seconds until it may be asked for. */
    wait: number;
    button(): { type: "button"; "aria-disabled": boolean; onClick: () => void };
    error(): { role: "alert"; children: string | undefined };
  };
  /** Back to the first step. */
  restart(): void;
}

/** A form for each step: what asks for the mail, and what sends its code back. */
export interface Steps<Ask, Confirm, T, Asked extends MailAsked = MailAsked> {
  path: string;
  /** Where a code goes: `path` and `/confirm`, unless it is another's. */
  confirmPath?: string;
  askFields: FieldTable<Ask>;
  /** `done` where it turns out that no mail is needed. */
  ask: (client: DoorstepClient, values: Ask) => Promise<Result<Asked | { done: T }>>;
  /** Asks for another mail, where that is not the same call. */
  askAgain?: (client: DoorstepClient, values: Ask) => Promise<Result<Asked>>;
  confirmFields: FieldTable<Confirm>;
  confirm: (
    client: DoorstepClient,
    values: Confirm & { request: string },
    asked: Ask,
  ) => Promise<Result<T>>;
}

/** A mail takes a moment: whoever asks again at once has two, of which one is good. */
const pause = 60;

export interface Mailed<Ask, Confirm, T, Asked>
  extends MailedBinding<keyof Ask & string, keyof Confirm & string> {
  /** What was typed to ask for the mail, and what the server answered. */
  asked: { values: Ask; data: Asked } | undefined;
  /** Something else than the code has shown it. */
  finish(data: T): void;
}

/** What shows that somebody reads the mails of an address, in two steps. */
export function useMailed<Ask, Confirm, T, Asked extends MailAsked = MailAsked>(
  steps: Steps<Ask, Confirm, T, Asked>,
  options: FormOptions<T> = {},
): Mailed<Ask, Confirm, T, Asked> {
  const { client, messages } = useDoorstep(options.account);
  const [step, setStep] = useState<"ask" | "confirm" | "done">("ask");
  const [asked, setAsked] = useState<{ values: Ask; data: Asked }>();
  const [said, setSaid] = useState<string>();
  const [resending, setResending] = useState<{ isBusy?: boolean; problem?: string }>({});
  /** The request that the last code was sent with. */
  const [tried, setTried] = useState<string>();
  const [wait, begin] = useCountdown();

  function finish(data: T) {
    setStep("done");
    options.onSuccess?.(data);
  }

  async function send(client: DoorstepClient, values: Ask, how: typeof steps.ask = steps.ask) {
    const result = await how(client, values);
    if (!result.ok) return result;
    const { data } = result;
    if ("done" in data) finish(data.done);
    else {
      setAsked({ values, data });
      setSaid(data.message);
      setStep("confirm");
      begin(pause);
    }
    return result;
  }

  const ask = useForm(steps.path, steps.askFields, (client, values) => send(client, values), {
    ...options,
    onSuccess: undefined,
  });
  const confirm = useForm<Confirm, T>(
    steps.confirmPath ?? `${steps.path}/confirm`,
    steps.confirmFields,
    async (client, values) => {
      const { data, values: askedValues } = asked as NonNullable<typeof asked>;
      const { request } = data;
      const result = await steps.confirm(client, { ...values, request }, askedValues);
      setTried(request);
      if (result.ok) setStep("done");
      return result;
    },
    options,
  );

  async function resend() {
    if (!asked || wait || resending.isBusy) return;
    // Said anew, it is read aloud anew.
    setSaid(undefined);
    setResending({ isBusy: true });
    const result = await send(client, asked.values, steps.askAgain);
    if (result.ok) return setResending({});
    const { code, message, retryAfter = 0 } = result.error;
    setResending({ problem: options.messages?.[code] ?? messages?.[code] ?? message });
    begin(retryAfter);
  }

  useFocus(
    step,
    step === "ask" ? firstOf(steps.askFields, ask) : firstOf(steps.confirmFields, confirm),
  );

  return {
    step,
    asked,
    finish,
    ask,
    confirm: asked?.data.request === tried ? confirm : unrefused(confirm),
    note: () => ({ role: "status", children: step === "done" ? undefined : said }),
    resend: {
      wait,
      button: () => ({
        type: "button",
        "aria-disabled": wait > 0 || !!resending.isBusy,
        onClick: resend,
      }),
      error: () => ({ role: "alert", children: resending.problem }),
    },
    restart: () => setStep("ask"),
  };
}

/** The element that had the focus is gone with its step: the first one of the next step has it then. */
function useFocus(step: string, first: string | undefined) {
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current === step) return;
    shown.current = step;
    if (first) document.getElementById(first)?.focus();
  }, [step, first]);
}

/** The id of a form's first field. */
const firstOf = <Values>(fields: FieldTable<Values>, form: FormBinding<keyof Values & string>) =>
  (Object.keys(fields) as (keyof Values & string)[]).map((name) => form.field(name).id)[0];

/** What was wrong with the code of the former mail says nothing of the new one. */
function unrefused<Name extends string>(binding: FormBinding<Name>): FormBinding<Name> {
  return {
    ...binding,
    failure: undefined,
    field: (name) => {
      const { "aria-invalid": _, "aria-describedby": __, ...field } = binding.field(name);
      return field;
    },
    error: (name) => ({ ...binding.error(name), children: undefined }),
  };
}
