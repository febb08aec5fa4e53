import { baseOf } from "./base-url.js";
import { diagnose } from "./diagnose.js";
import { addressHints, tell } from "./hints.js";
import { type Answer, type Call, failure, type HttpOptions, isTemporary, send } from "./http.js";
import type { CallOptions, Result } from "./result.js";
import { createSessionStore, type News, type SessionState, SIGNED_OUT } from "./session.js";
import { createTokenStore, type SessionStorage } from "./tokens.js";
import type {
  Address,
  AddressChange,
  AddressInput,
  Customer,
  CustomerExport,
  DeletionInput,
  DeviceSession,
  LoginInput,
  PasswordChange,
  Policy,
  ProfileChange,
  SignUpInput,
} from "./types.js";

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

export interface DoorstepClient {
  readonly baseUrl: string;
  /** Settles when the first session check has an outcome; fits React's `use()`. */
  readonly ready: Promise<SessionState>;
  getState(): SessionState;
  subscribe(listener: () => void): () => void;
  /** Takes over a session that the server found while rendering; ignored once one is known. */
  restore(session: SessionState): void;
  /** Asks the server who is signed in; calls made meanwhile share the answer. */
  refresh(): Promise<SessionState>;

  signUp(input: SignUpInput, options?: CallOptions): Promise<Result<Customer>>;
  login(input: LoginInput, options?: CallOptions): Promise<Result<Customer>>;
  logout(options?: CallOptions): Promise<Result<void>>;
  changePassword(input: PasswordChange, options?: CallOptions): Promise<Result<void>>;
  deleteAccount(input: DeletionInput, options?: CallOptions): Promise<Result<void>>;
  exportData(options?: CallOptions): Promise<Result<CustomerExport>>;
  policy(options?: CallOptions): Promise<Result<Policy>>;
  /** Development builds: prints and returns what stands in the way, with DS numbers. */
  diagnose(): Promise<string[]>;
  profile: {
    get(): Promise<Result<Customer>>;
    /** Refused with `changed_meanwhile` when the profile is no longer the one last read here. */
    update(change: ProfileChange, options?: CallOptions): Promise<Result<Customer>>;
  };
  addresses: {
    list(options?: CallOptions): Promise<Result<Address[]>>;
    add(input: AddressInput, options?: CallOptions): Promise<Result<Address>>;
    change(id: string, change: AddressChange, options?: CallOptions): Promise<Result<Address>>;
    remove(id: string, options?: CallOptions): Promise<Result<void>>;
  };
  sessions: {
    list(options?: CallOptions): Promise<Result<DeviceSession[]>>;
    end(id: string, options?: CallOptions): Promise<Result<void>>;
    endOthers(options?: CallOptions): Promise<Result<void>>;
  };
}

/** Makes the one object an app needs; nothing is sent before it is used. */
export function createDoorstepClient(options: DoorstepOptions): DoorstepClient {
  const base = baseOf(options.baseUrl);
  const mode = options.session ?? "cookie";
  const name = `doorstep:${base}`;
  const tokens = mode === "cookie" ? undefined : createTokenStore(name, options.storage);
  const http: HttpOptions = {
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    timeout: options.timeout ?? 10_000,
    now: options.now ?? Date.now,
    credentials: tokens ? "omit" : "include",
  };

  if (process.env.NODE_ENV !== "production") {
    for (const hint of addressHints(base, globalThis.location, !tokens)) tell(hint);
  }

  /** Counts sign-ins, sign-outs and changes: an answer from before one of them is no news. */
  let generation = 0;
  /** Counts whatever may change an answer: reads from before and after are not shared. */
  let era = 0;
  let etag: string | null = null;
  let userFlight: Promise<Result<Customer>> | undefined;
  let renewal: Promise<boolean> | undefined;
  let signUpTry: { text: string; key: string } | undefined;
  let settle: (state: SessionState) => void;
  const ready = new Promise<SessionState>((resolve) => {
    settle = resolve;
  });
  const flights = new Map<string, Promise<unknown>>();

  // Tokens in memory are this tab's own: what other tabs do is no news then.
  const store = createSessionStore(tokens && !options.storage ? undefined : name, (news) => {
    if (news === "online") {
      if (store.getState().error) loadUser();
      return;
    }
    tokens?.reread();
    outdate();
    if (news === "out") show(SIGNED_OUT);
    else loadUser();
  });

  function outdate() {
    generation++;
    era++;
    userFlight = undefined;
  }

  function show(state: SessionState, news?: News) {
    store.set(state, news);
    settle(state);
  }

  function signedIn(customer: Customer, headers: Headers, news: News) {
    outdate();
    etag = headers.get("etag");
    show({ status: "signed-in", customer }, news);
  }

  /** `isNews`: there was a session until now. A visitor who stays one must not outdate a login under way. */
  async function signedOut(isNews: boolean) {
    if (isNews) outdate();
    const wiped = tokens?.write();
    show(SIGNED_OUT, isNews ? "out" : undefined);
    await wiped;
  }

  /** Equal calls made at once are one request, unless one of them may be aborted. */
  function share<T>(key: string, run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal) return run();
    let flight = flights.get(key) as Promise<T> | undefined;
    if (!flight) {
      flight = run().finally(() => flights.delete(key));
      flights.set(key, flight);
    }
    return flight;
  }

  /** Sends one call with the session in use, and ends that session when the server says so. */
  async function request(
    method: string,
    path: string,
    options: Call,
    renewed?: boolean,
  ): Promise<Answer> {
    const born = generation;
    const sent = await tokens?.read();
    const answer = await send(http, method, `${base}/api${path}`, {
      ...options,
      headers: { ...options.headers, ...(sent && { Authorization: `Bearer ${sent.token}` }) },
    });
    // `/session` tells visitors by a 200 what other routes tell them by a 401.
    const code = answer.ok ? answer.data?.code : answer.error.status === 401 && answer.error.code;
    if (
      code === "token_expired" &&
      sent?.refreshToken &&
      !renewed &&
      (await renew(sent.refreshToken))
    ) {
      return request(method, path, options, true);
    }
    if (born === generation && (code === "session_ended" || (code === "no_session" && !sent))) {
      await signedOut(!!store.getState().customer);
    }
    return answer;
  }

  function renew(refreshToken: string): Promise<boolean> {
    renewal ??= send(http, "POST", `${base}/api/token/refresh`, { body: { refreshToken } })
      .then(async (answer) => {
        if (answer.ok) await tokens?.write(answer.data);
        else if (/^(session_ended|refresh_reused)$/.test(answer.error.code)) await signedOut(true);
        return answer.ok;
      })
      .finally(() => {
        renewal = undefined;
      });
    return renewal;
  }

  /** `pick` names the part of the body that the caller is after. */
  async function call<T>(
    method: string,
    path: string,
    pick?: string,
    options: Call = {},
  ): Promise<Result<T>> {
    const isRead = method === "GET";
    const key = method + path + (isRead ? era : JSON.stringify(options.body));
    const answer = await share(key, () => request(method, path, options), options.signal);
    if (!isRead) era++;
    return answer.ok ? { ok: true, data: pick ? answer.data[pick] : answer.data } : answer;
  }

  function loadUser(): Promise<Result<Customer>> {
    const born = generation;
    userFlight ??= request("GET", "/session", {}).then((answer): Result<Customer> => {
      const customer: Customer | undefined = answer.ok && answer.data.user;
      const result: Result<Customer> = customer
        ? { ok: true, data: customer }
        : answer.ok
          ? failure(answer.data.code, "You are not signed in.", 401)
          : answer;
      if (born !== generation) return result;
      userFlight = undefined;
      const state = store.getState();
      if (answer.ok && result.ok) {
        etag = answer.headers.get("etag");
        show({ status: "signed-in", customer: result.data });
      } else if (!result.ok && state.customer) {
        show({ ...state, stale: true, error: result.error });
      } else if (!result.ok && state.status !== "signed-out") {
        show({ status: "unknown", error: result.error });
      }
      return result;
    });
    return userFlight;
  }

  function enter(
    path: string,
    input: LoginInput,
    { signal }: CallOptions = {},
    keyFor?: (text: string) => string,
  ): Promise<Result<Customer>> {
    const body = { ...input, email: input.email?.trim(), session: mode };
    const text = path + JSON.stringify(body);
    const run = async (): Promise<Result<Customer>> => {
      const born = generation;
      const answer = await request("POST", path, {
        body,
        ...(signal && { signal }),
        ...(keyFor && { headers: { "Idempotency-Key": keyFor(text) } }),
      });
      if (!answer.ok) {
        if (!isTemporary(answer.error) && answer.error.code !== "aborted") signUpTry = undefined;
        return answer;
      }
      signUpTry = undefined;
      const customer: Customer = answer.data.user;
      await tokens?.write(answer.data);
      // Somebody signed in or out meanwhile: the server knows which of the two stands.
      if (born === generation) signedIn(customer, answer.headers, "in");
      else await loadUser();
      return { ok: true, data: customer };
    };
    return share(text, run, signal);
  }

  const leave = async (method: string, path: string, options: Call = {}): Promise<Result<void>> => {
    const result = await call<void>(method, path, undefined, options);
    if (result.ok) await signedOut(true);
    return result;
  };

  return {
    baseUrl: base,
    ready,
    getState: store.getState,
    subscribe(listener) {
      const stop = store.subscribe(listener);
      // A session restored in the same tick needs no request.
      queueMicrotask(() => store.getState().status === "loading" && loadUser());
      return stop;
    },
    restore(session) {
      if (store.getState().status === "loading") show(session);
    },
    refresh: () => loadUser().then(store.getState),

    signUp: (input, options) =>
      enter("/signup", input, options, (text) => {
        // The key outlives lost answers: the server then repeats its first answer.
        if (signUpTry?.text !== text) signUpTry = { text, key: newKey() };
        return signUpTry.key;
      }),
    // Only what is needed: the values of a sign-up form may be passed as they are.
    login: ({ email, password }, options) => enter("/login", { email, password }, options),
    async logout(options) {
      const result = await leave("POST", "/logout", options);
      return !result.ok && result.error.status === 401 && store.getState().status === "signed-out"
        ? { ok: true, data: undefined }
        : result;
    },
    deleteAccount: (body, options) => leave("DELETE", "/user", { body, ...options }),
    changePassword: (body, options) =>
      call("POST", "/user/password", undefined, { body, ...options }),
    exportData: (options) => call("GET", "/user/export", undefined, options),
    policy: (options) => call("GET", "/policy", undefined, options),
    diagnose: async () => (process.env.NODE_ENV === "production" ? [] : diagnose(base, http)),
    profile: {
      get: loadUser,
      async update(body, options) {
        if (!etag) await loadUser();
        const answer = await request("PATCH", "/user", {
          body,
          ...options,
          ...(etag && { headers: { "If-Match": etag } }),
        });
        if (answer.ok) {
          signedIn(answer.data.user, answer.headers, "changed");
          return { ok: true, data: answer.data.user };
        }
        if (answer.error.code === "changed_meanwhile") await loadUser();
        return answer;
      },
    },
    addresses: {
      list: (options) => call("GET", "/user/addresses", "addresses", options),
      add: (body, options) => call("POST", "/user/addresses", "address", { body, ...options }),
      change: (id, body, options) =>
        call("PATCH", `/user/addresses/${id}`, "address", { body, ...options }),
      remove: (id, options) => call("DELETE", `/user/addresses/${id}`, undefined, options),
    },
    sessions: {
      list: (options) => call("GET", "/sessions", "sessions", options),
      end: (id, options) => call("DELETE", `/sessions/${id}`, undefined, options),
      endOthers: (options) => call("DELETE", "/sessions", undefined, options),
    },
  };
}

/** `crypto.randomUUID` is missing on plain-http pages, as on a phone in the same network. */
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
