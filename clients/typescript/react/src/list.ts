"use client";
import type { DoorstepClient, DoorstepError, Result } from "@doorstep/client";
import { useCallback, useEffect, useRef, useState } from "react";
import { useDoorstep } from "./context.js";
import { useSession } from "./session.js";

export interface ListState<T> {
  /** Undefined until the first answer. */
  items: T[] | undefined;
  /** Why the last call did not succeed. */
  failure: DoorstepError | undefined;
  reload(): Promise<void>;
}

/** A list that belongs to the signed-in customer, read again after each change made through it. */
export function useList<T>(
  load: (client: DoorstepClient) => Promise<Result<T[]>>,
  account?: DoorstepClient,
) {
  const { client } = useDoorstep(account);
  const owner = useSession(account).customer?.id;
  const [state, setState] = useState<{ owner?: string; items?: T[]; failure?: DoorstepError }>({});

  const newest = useRef(0);

  const reload = useCallback(async () => {
    if (!owner) return;
    const mine = ++newest.current;
    const result = await load(client);
    // Neither an overtaken answer is shown, nor one for a customer who has left.
    if (mine !== newest.current || client.getState().customer?.id !== owner) return;
    setState((before) =>
      result.ok
        ? { owner, items: result.data }
        : { ...(before.owner === owner && before), owner, failure: result.error },
    );
  }, [client, load, owner]);

  useEffect(() => {
    reload();
  }, [reload]);

  /** Runs a change, then reads the list again. */
  const change = async <R>(
    run: (client: DoorstepClient) => Promise<Result<R>>,
  ): Promise<Result<R>> => {
    const result = await run(client);
    if (result.ok) await reload();
    else setState((before) => ({ ...before, failure: result.error }));
    return result;
  };

  const mine = state.owner === owner ? state : {};
  return { items: mine.items, failure: mine.failure, reload, change };
}
