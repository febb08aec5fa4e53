import type { SessionStorage } from "./storage.js";

/**
 * What shows the server that a customer has signed in here before. It opens nothing, and stays over a logout: guesses of
 * others then do not keep the customer out. Never throws: without it a login is that of a stranger.
 */
export interface DeviceTokens {
  /** The token for a login with `email`. */
  find(email: string): Promise<string | undefined>;
  /** Keeps what an answer handed over, in place of an older one. */
  keep(email: string, token: unknown): Promise<void>;
  /** The account is gone. */
  forget(email: string): Promise<void>;
  /** Another tab may have written: the next call asks the storage again. */
  reread(): void;
}

/** So many customers of one device are known; the one longest away gives way. */
const most = 5;

/** What HTTP carries as a token (RFC 6750, b64token), and no longer than one. */
const isToken = (token: unknown): token is string =>
  typeof token === "string" && /^[\w.~+/-]{1,500}={0,2}$/.test(token);

const nameOf = (email: unknown): string => `${email}`.trim().toLowerCase();

function parse(text: string | null | undefined): [string, string][] {
  try {
    const kept = /^\s*{/.test(text ?? "") ? JSON.parse(`${text}`) : {};
    return Object.entries<string>(kept).filter(([, token]) => isToken(token));
  } catch {
    return [];
  }
}

export function createDeviceTokens(key: string, storage?: SessionStorage): DeviceTokens {
  /** By e-mail address, the latest last: the server takes one, and only that of the customer who logs in. */
  let kept = new Map<string, string>();
  let isRead = false;

  async function read(): Promise<Map<string, string>> {
    if (isRead) return kept;
    const before = kept;
    try {
      const text = await storage?.getItem(key);
      // Somebody else has read it meanwhile, or another tab has written.
      if (kept !== before) return read();
      kept = new Map([...parse(text), ...kept]);
      isRead = true;
    } catch {
      // A keychain may be locked for now: what is in it stays there.
    }
    return kept;
  }

  async function change(email: string, token?: string): Promise<void> {
    await read();
    const isKnown = kept.delete(nameOf(email));
    if (token) kept.set(nameOf(email), token);
    else if (!isKnown) return;
    for (const name of [...kept.keys()].slice(0, -most)) kept.delete(name);
    if (!isRead) return;
    try {
      await (kept.size
        ? storage?.setItem(key, JSON.stringify(Object.fromEntries(kept)))
        : storage?.removeItem(key));
    } catch {
      // It then lasts as long as this page.
    }
  }

  return {
    find: async (email) => (await read()).get(nameOf(email)),
    keep: async (email, token) => {
      if (isToken(token)) await change(email, token);
    },
    forget: (email) => change(email),
    reread() {
      kept = new Map();
      isRead = false;
    },
  };
}
