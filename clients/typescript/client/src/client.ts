import { type Addresses, createAddresses } from "./addresses.js";
import { baseOf } from "./base-url.js";
import { createCalls } from "./calls.js";
import { createCheck } from "./check.js";
import { createDevices, type Devices } from "./devices.js";
import { addressHints, diagnose } from "./diagnose/diagnose.js";
import { tell } from "./diagnose/hints.js";
import { createEntrance, type Entrance } from "./enter.js";
import type { HttpOptions } from "./http.js";
import { createProfile, type Profile } from "./profile.js";
import type { CallOptions, Finding, Result } from "./result.js";
import { createSession, type SessionState } from "./session.js";
import { createTokenStore, type SessionStorage } from "./tokens.js";
import type { CustomerExport, DeletionInput, PasswordChange, Policy } from "./types.js";

export interface DoorstepOptions {
  /** `https://accounts.shop.com`, or `/` when Doorstep (or a proxy to it) serves this page. */
  baseUrl: string;
  /** How the session is carried. Browsers want `cookie`, the default. */
  session?: "cookie" | "token" | "jwt";
  /** Where `token` and `jwt` sessions survive a restart; without it they live in memory. */
  storage?: SessionStorage;
  /** Milliseconds for one attempt; 10 000 by default. */
  timeout?: number;
  fetch?: typeof fetch;
  now?: () => number;
}

export interface DoorstepClient extends Entrance {
  readonly baseUrl: string;
  /** Settles when the first session check has an outcome; fits React's `use()`. */
  readonly ready: Promise<SessionState>;
  getState(): SessionState;
  subscribe(listener: () => void): () => void;
  /** Takes over a session that the server found while rendering; ignored once one is known. */
  restore(session: SessionState): void;
  /** Asks the server who is signed in; calls made meanwhile share the answer. */
  refresh(): Promise<SessionState>;

  logout(options?: CallOptions): Promise<Result<void>>;
  changePassword(input: PasswordChange, options?: CallOptions): Promise<Result<void>>;
  deleteAccount(input: DeletionInput, options?: CallOptions): Promise<Result<void>>;
  exportData(options?: CallOptions): Promise<Result<CustomerExport>>;
  policy(options?: CallOptions): Promise<Result<Policy>>;
  /** Development builds: prints and returns what stands between here and the server; nothing when all is well. */
  diagnose(): Promise<Finding[]>;

  profile: Profile;
  addresses: Addresses;
  sessions: Devices;
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
  };
  if (process.env.NODE_ENV !== "production") {
    for (const hint of addressHints(baseUrl, http)) tell(hint);
  }

  // Tokens in memory are this tab's own: what other tabs do is no news then.
  const session = createSession(tokens && !storage ? undefined : name, tokens, () => check());
  const calls = createCalls(http, session, tokens);
  const check = createCheck(calls, session);
  const { call } = calls;

  const leave = async (request: Promise<Result<void>>, isOver?: string): Promise<Result<void>> => {
    const result = await request;
    if (result.ok || result.error.code === isOver) await session.signedOut(true);
    return result;
  };

  return {
    baseUrl,
    ready: session.ready,
    getState: session.getState,
    subscribe: session.subscribe,
    restore(state) {
      if (session.getState().status === "loading") session.show(state);
    },
    refresh: () => check().then(session.getState),
    ...createEntrance(calls, session, check, mode, tokens),
    async logout(options) {
      // A damaged store sends what is no token: nothing else would ever end that.
      const result = await leave(call("POST", "/logout", undefined, options), "token_invalid");
      // Whose session was over already has what they asked for.
      return session.getState().status === "signed-out" ? { ok: true, data: undefined } : result;
    },
    deleteAccount: (body, options) =>
      leave(call("DELETE", "/user", undefined, { body, ...options })),
    changePassword: (body, options) =>
      call("POST", "/user/password", undefined, { body, ...options }),
    exportData: (options) => call("GET", "/user/export", undefined, options),
    policy: (options) => call("GET", "/policy", undefined, options),
    diagnose: async () => (process.env.NODE_ENV === "production" ? [] : diagnose(baseUrl, http)),
    profile: createProfile(calls, session, check),
    addresses: createAddresses(calls),
    sessions: createDevices(calls),
  };
}
