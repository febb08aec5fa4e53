"use client";
import type { DoorstepClient, SessionState } from "@doorstep/client";
import { createContext, type ReactNode, useContext, useEffect } from "react";
import type { Messages } from "./messages.js";

export interface DoorstepContext {
  client: DoorstepClient;
  /** What `getSession` of `@doorstep/client/server` found, so that the first paint is right. */
  initialSession?: SessionState | undefined;
  /** Your words for error codes, where the server's are not wanted. */
  messages?: Messages | undefined;
}

export interface DoorstepProviderProps extends DoorstepContext {
  children?: ReactNode;
}

const Context = createContext<DoorstepContext | undefined>(undefined);

/** Gives every hook below it the client. */
export function DoorstepProvider({ children, ...context }: DoorstepProviderProps) {
  const { client, initialSession } = context;
  // In an effect: on a server the client is shared by all visitors, and must not learn who this one is.
  useEffect(() => {
    if (initialSession) client.restore(initialSession);
  }, [client, initialSession]);
  return <Context.Provider value={context}>{children}</Context.Provider>;
}

/** The context, or one made of the client that a hook was given directly. */
export function useDoorstep(account?: DoorstepClient): DoorstepContext {
  const context = useContext(Context);
  if (account) return { ...context, client: account };
  if (!context) {
    throw new Error(
      process.env.NODE_ENV === "production"
        ? "no DoorstepProvider"
        : "Wrap the app in <DoorstepProvider client={account}>, or pass { account } to the hook.",
    );
  }
  return context;
}
