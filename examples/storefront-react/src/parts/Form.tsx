import type { DoorstepError, Result } from "@doorstep/client";
import { createContext, type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";

/** What was refused, by field name; each `Field` looks its own up. */
export const Refused = createContext<Readonly<Record<string, string>>>({});

type Props = {
  action: (data: FormData) => Promise<Result<unknown>>;
  onDone: () => void;
  button: ReactNode;
  children: ReactNode;
};

function byField(error: DoorstepError | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(error?.fields ?? {}).map(([name, problem]) => [name, problem.message]),
  );
}

/** A form that the kit has no hook for: one submission at a time, refusals beside their fields, focus on the first of them. */
export function Form({ action, onDone, button, children }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<DoorstepError>();
  const refused = byField(error);
  const general = error && Object.keys(refused).length === 0 ? error.message : "";

  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [error]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const result = await action(new FormData(event.currentTarget));
    setBusy(false);
    setError(result.ok ? undefined : result.error);
    if (result.ok) onDone();
  }

  return (
    <form className="form" ref={form} onSubmit={(event) => void submit(event)} noValidate aria-busy={busy}>
      <Refused value={refused}>{children}</Refused>
      <p className="error form-error" role="alert">
        {general}
      </p>
      <div className="form-actions">{button}</div>
    </form>
  );
}
