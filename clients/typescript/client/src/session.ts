import type { Answer } from "./http.js";
import type { DoorstepError } from "./result.js";
import { createTabs, type News } from "./tabs.js";
import type { TokenStore } from "./tokens.js";
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

export interface Session {
  readonly ready: Promise<SessionState>;
  /** Counts sign-ins, sign-outs and changes: an answer from before one of them is no news. */
  generation: number;
  /** The change of password on its way: a refusal that another call meets meanwhile waits for its answer. */
  change?: Promise<Answer> | undefined;
  /** The version of the customer that was last read. */
  etag: string | null;
  getState(): SessionState;
  subscribe(listener: () => void): () => void;
  show(state: SessionState, news?: News | false): void;
  signedIn(customer: Customer, headers: Headers, news?: News): void;
  /** `isNews`: there was a session until now. A visitor who stays one must not outdate a login under way. */
  signedOut(isNews: boolean): Promise<void>;
}

/** A snapshot with listeners, kept in step with the other tabs. */
export function createSession(
  name: string | undefined,
  tokens: TokenStore | undefined,
  check: () => void,
): Session {
  const listeners = new Set<() => void>();
  let state: SessionState = { status: "loading" };
  let settle: (state: SessionState) => void;
  const tabs = createTabs(name, (news) => {
    tokens?.reread();
    session.generation++;
    if (news === "out") session.show({ status: "signed-out" });
    else check();
  });
  const online = () => state.error && check();

  const session: Session = {
    generation: 0,
    etag: null,
    ready: new Promise((resolve) => {
      settle = resolve;
    }),
    getState: () => state,
    subscribe(listener) {
      // The same function may subscribe twice: each subscription ends on its own.
      const entry = () => listener();
      if (!listeners.size) {
        tabs.listen();
        globalThis.addEventListener?.("online", online);
      }
      listeners.add(entry);
      // A session restored in the same tick needs no request.
      queueMicrotask(() => state.status === "loading" && check());
      return () => {
        if (listeners.delete(entry) && !listeners.size) {
          tabs.stop();
          globalThis.removeEventListener?.("online", online);
        }
      };
    },
    show(next, news) {
      state = next;
      for (const listener of listeners) listener();
      if (news) tabs.tell(news);
      settle(next);
    },
    signedIn(customer, headers, news) {
      if (news) session.generation++;
      session.etag = headers.get("etag");
      session.show({ status: "signed-in", customer }, news);
    },
    async signedOut(isNews) {
      if (isNews) session.generation++;
      const wiped = tokens?.write();
      session.show({ status: "signed-out" }, isNews && "out");
      await wiped;
    },
  };
  return session;
}
