"use client";
import {
  type DoorstepClient,
  type DoorstepError,
  type SecurityEvent,
  type SecurityEvents,
  securityEvents,
} from "@doorstep/client";
import { useCallback, useEffect, useRef, useState } from "react";
import { useDoorstep } from "./context.js";
import { useSession } from "./session.js";

export interface SecurityEventsBinding {
  /** Newest first; undefined until the first answer. */
  events: SecurityEvent[] | undefined;
  /** Why the last call did not succeed. */
  failure: DoorstepError | undefined;
  /** Begins with the newest again. */
  reload(): Promise<void>;
  /** Adds what happened before; undefined when all of it is there. */
  older: (() => Promise<void>) | undefined;
}

type Kept = Partial<SecurityEvents> & { owner?: string; failure?: DoorstepError };

/** What has happened to the account of whoever is signed in. */
export function useSecurityEvents(account?: DoorstepClient): SecurityEventsBinding {
  const { client } = useDoorstep(account);
  const owner = useSession(account).customer?.id;
  const [state, setState] = useState<Kept>({});
  const newest = useRef(0);

  const load = useCallback(
    async (before?: string) => {
      if (!owner) return;
      const mine = ++newest.current;
      const result = await securityEvents(client, { before });
      // Neither an overtaken answer is shown, nor one for a customer who has left.
      if (mine !== newest.current || client.getState().customer?.id !== owner) return;
      setState((last) => {
        const known = last.owner === owner ? last : {};
        if (!result.ok) return { ...known, owner, failure: result.error };
        const above = (before && known.events) || [];
        return { owner, events: [...above, ...result.data.events], next: result.data.next };
      });
    },
    [client, owner],
  );

  useEffect(() => {
    load();
  }, [load]);

  const { events, next, failure }: Kept = state.owner === owner ? state : {};
  return { events, failure, reload: () => load(), older: next ? () => load(next) : undefined };
}
