"use client";
import type { DoorstepClient, DoorstepError, Result } from "@doorstep/client";
import {
  type FormEvent,
  type InputHTMLAttributes,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { useDoorstep } from "./context.js";
import type { Messages } from "./messages.js";

export interface FormOptions<T> {
  /** Instead of the provider's client. */
  account?: DoorstepClient | undefined;
  /** Called once for each success, also when the form is gone by then. */
  onSuccess?: ((data: T) => void) | undefined;
  messages?: Messages | undefined;
}

export type FieldProps = InputHTMLAttributes<HTMLInputElement> & { name: string };
export type FieldTable<Values> = Record<keyof Values, InputHTMLAttributes<HTMLInputElement>>;

/** A form's state, and getters that return plain attributes for plain elements. */
export interface FormBinding<Name extends string> {
  busy: boolean;
  failure: DoorstepError | undefined;
  form(): {
    method: "post";
    action: string;
    noValidate: true;
    "aria-busy": boolean;
    onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  };
  label(name: Name): { htmlFor: string };
  field(name: Name): FieldProps & { id: string };
  /** The text for one field; without a name, what concerns the whole form. */
  error(name?: Name): { id: string; role: "alert"; children: string | undefined };
  button(): { type: "submit"; "aria-disabled": boolean };
}

/** `Values` is what the form's inputs hold; only inputs named in `fields` are read. */
export function useForm<Values, T>(
  path: string,
  fields: FieldTable<Values>,
  submit: (client: DoorstepClient, values: Values) => Promise<Result<T>>,
  options: FormOptions<T> = {},
): FormBinding<keyof Values & string> {
  const { client, messages } = useDoorstep(options.account);
  const prefix = useId();
  const element = useRef<HTMLFormElement>(null);
  const running = useRef(false);
  const [{ busy, failure }, setState] = useState<{
    busy: boolean;
    failure?: DoorstepError | undefined;
  }>({ busy: false });

  useEffect(() => {
    if (failure) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [failure]);

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (running.current) return;
    running.current = true;
    element.current = event.currentTarget;
    const values: Record<string, unknown> = {};
    for (const name in fields) {
      const input = event.currentTarget.elements.namedItem(name) as HTMLInputElement | null;
      if (input) values[name] = input.type === "checkbox" ? input.checked : input.value;
    }
    setState({ busy: true });
    const result = await submit(client, values as Values);
    running.current = false;
    setState({ busy: false, failure: result.error });
    if (result.ok) options.onSuccess?.(result.data);
  }

  const text = (problem: { code: string; message: string } | undefined) =>
    problem && (options.messages?.[problem.code] ?? messages?.[problem.code] ?? problem.message);
  const refused = (name: string) => failure?.fields[name];

  return {
    busy,
    failure,
    form: () => ({
      method: "post",
      action: client.baseUrl + path,
      noValidate: true,
      "aria-busy": busy,
      onSubmit,
    }),
    label: (name) => ({ htmlFor: prefix + name }),
    field: (name) => ({
      id: prefix + name,
      name,
      required: true,
      ...fields[name],
      ...(refused(name) && { "aria-invalid": true, "aria-describedby": `${prefix + name}-error` }),
    }),
    error: (name) => ({
      id: `${prefix + (name ?? "")}-error`,
      role: "alert",
      children: name
        ? text(refused(name))
        : text(Object.keys(fields).some(refused) ? undefined : failure),
    }),
    button: () => ({ type: "submit", "aria-disabled": busy }),
  };
}
