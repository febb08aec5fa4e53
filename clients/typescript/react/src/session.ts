"use client";
import type { DoorstepClient, SessionState } from "@doorstep/client";
import { useSyncExternalStore } from "react";
import { useDoorstep } from "./context.js";

const loading: SessionState = { status: "loading" };

/** Who is signed in, in step with the server, this tab and the others. */
export function useSession(account?: DoorstepClient): SessionState {
  const { client, initialSession = loading } = useDoorstep(account);
  return useSyncExternalStore(
    client.subscribe,
    () => {
      const state = client.getState();
      return state.status === "loading" ? initialSession : state;
    },
    () => initialSession,
  );
}
