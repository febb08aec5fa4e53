import { type Addresses, createAddresses } from "./addresses.js";
import { baseOf } from "./base-url.js";
import { createCalls, type SendCall } from "./calls.js";
import { createCheck } from "./check.js";
import { addressHints, diagnose } from "./diagnose/diagnose.js";
import { createHints, tell } from "./diagnose/hints.js";
import { createEnter, type Enter } from "./enter.js";
import type { DataExport } from "./export.js";
import type { HttpOptions } from "./http.js";
import { createLeave, type Deletion, type Logout } from "./leave.js";
import { createLogin, type Login, type SignUp } from "./login.js";
import { createPassword, type Password } from "./password.js";
import type { PolicyReader } from "./policy.js";
import { createProfile, type Profile } from "./profile.js";
import type { Finding, Result } from "./result.js";
import { createSession, type Session, type SessionState } from "./session.js";
import { createSessions, type Sessions } from "./sessions.js";
import type { SessionStorage } from "./storage.js";
import { createTokenStore, type TokenStore } from "./tokens.js";
import type { Customer } from "./types.js";

export interface DoorstepOptions {
  /** `https://accounts.shop.com`, or `/` when Doorstep (or a proxy to it) serves this page. */
  baseUrl: string;
  /** How the session is carried. Browsers want `cookie`, the default. */
  session?: "cookie" | "token" | "jwt";
  /** Where `token` and `jwt` sessions, and what makes this a known device, survive a restart; else they live in memory. */
  storage?: SessionStorage;
  /** Milliseconds for one attempt; 10 000 by default. */
  timeout?: number;
  fetch?: typeof fetch;
  now?: () => number;
}

/** What the functions beside the client are made of: whoever does not import them does not load them. */
export interface Parts {
  call: SendCall;
  session: Session;
  check: () => Promise<Result<Customer>>;
  enter: Enter;
  mode: string;
  tokens: TokenStore | undefined;
}

export interface DoorstepClient
  extends SignUp,
    Login,
    Logout,
    Password,
    Deletion,
    DataExport,
    PolicyReader {
  readonly baseUrl: string;
  /** Settles when the first session check has an outcome; fits React's `use()`. */
  readonly ready: Promise<SessionState>;
  getState(): SessionState;
  subscribe(listener: () => void): () => void;
  /** Takes over a session that the server found while rendering; ignored once one is known. */
  restore(session: SessionState): void;
  /** Asks the server who is signed in; calls made meanwhile share the answer. */
  refresh(): Promise<SessionState>;

  /** Development builds: prints and returns what stands between here and the server; nothing when all is well. */
  diagnose(): Promise<Finding[]>;

  profile: Profile;
  addresses: Addresses;
  sessions: Sessions;

  /** For `requestRecovery(client)` and its like. */
  readonly parts: Parts;
}

/** Makes the one object an app needs; nothing is sent before it is used. */
export function createDoorstepClient(options: DoorstepOptions): DoorstepClient {
  const baseUrl = baseOf(options.baseUrl);
  const { session: mode = "cookie", storage } = options;
  const name = `doorstep:${baseUrl}`;
  const tokens = mode === "cookie" ? undefined : createTokenStore(name, storage);
  const http: HttpOptions = {
    base: `${baseUrl}/api`,
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    timeout: options.timeout ?? 10_000,
    now: options.now ?? Date.now,
    credentials: tokens ? "omit" : "include",
    ...(process.env.NODE_ENV !== "production" && { hints: createHints(`${baseUrl}/api`) }),
  };
  if (process.env.NODE_ENV !== "production") {
    for (const hint of addressHints(baseUrl, http)) tell(hint);
  }

  // Tokens in memory are this tab's own: what other tabs do is no news then.
  const session = createSession(tokens && !storage ? undefined : name, tokens, () => check());
  const calls = createCalls(http, session, tokens);
  const check = createCheck(calls, session);
  const { call } = calls;
  const enter = createEnter(calls, session, check, tokens);

  return {
    baseUrl,
    ready: session.ready,
    getState: session.getState,
    subscribe: session.subscribe,
    restore(state) {
      if (session.getState().status === "loading") session.show(state);
    },
    refresh: () => check().then(session.getState),
    ...createLogin(enter, call, mode, tokens?.devices),
    ...createPassword(enter, call),
    ...createLeave(call, session, check, tokens?.devices),
    exportData: (options) => call("GET", "/user/export", options),
    policy: (options) => call("GET", "/policy", options),
    diagnose: async () => (process.env.NODE_ENV === "production" ? [] : diagnose(baseUrl, http)),
    profile: createProfile(calls, session, check),
    addresses: createAddresses(call),
    sessions: createSessions(call),
    parts: { call, session, check, enter, mode, tokens },
  };
}
