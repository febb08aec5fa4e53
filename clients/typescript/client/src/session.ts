import type { DoorstepError } from "./result.js";
import type { Customer } from "./types.js";

/**
 * What the kit knows about who is signed in.
 * `unknown`: the server could not be asked yet. `stale`: signed in when last heard of.
 */
export type SessionState =
  | { status: "loading"; customer?: undefined; stale?: undefined; error?: undefined }
  | { status: "signed-in"; customer: Customer; stale?: true; error?: DoorstepError }
  | { status: "signed-out"; customer?: undefined; stale?: undefined; error?: undefined }
  | { status: "unknown"; customer?: undefined; stale?: undefined; error: DoorstepError };

export const SIGNED_OUT: SessionState = { status: "signed-out" };

export type News = "in" | "out" | "changed";

export interface SessionStore {
  getState(): SessionState;
  subscribe(listener: () => void): () => void;
  set(state: SessionState, news?: News): void;
}

/** A snapshot with listeners, kept in step with the other tabs; tokens never pass through the channel. */
export function createSessionStore(
  name: string | undefined,
  heard: (news: News | "online") => void,
): SessionStore {
  const listeners = new Set<() => void>();
  let state: SessionState = { status: "loading" };
  let channel: BroadcastChannel | undefined;
  const open = () => (name && globalThis.BroadcastChannel ? new BroadcastChannel(name) : undefined);
  const online = () => heard("online");

  return {
    getState: () => state,
    subscribe(listener) {
      // The same function may subscribe twice: each subscription ends on its own.
      const entry = () => listener();
      if (!listeners.size) {
        channel = open();
        if (channel) channel.onmessage = ({ data }) => heard(data);
        globalThis.addEventListener?.("online", online);
      }
      listeners.add(entry);
      return () => {
        if (listeners.delete(entry) && !listeners.size) {
          channel?.close();
          channel = undefined;
          globalThis.removeEventListener?.("online", online);
        }
      };
    },
    set(next, news) {
      state = next;
      for (const listener of listeners) listener();
      if (news) {
        const to = channel ?? open();
        to?.postMessage(news);
        if (to !== channel) to?.close();
      }
    },
  };
}
