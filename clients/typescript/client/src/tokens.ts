/** Where `token` and `jwt` sessions are kept; `localStorage` and React Native's AsyncStorage fit as they are. */
export interface SessionStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

export interface Tokens {
  token: string;
  refreshToken?: string;
}

export interface TokenStore {
  read(): Promise<Tokens | null | undefined>;
  /** Keeps what a sign-up, a login or a refresh answered; nothing means signed out. */
  write(tokens?: Tokens): Promise<void>;
  /** Another tab wrote: the next read asks the storage again. */
  reread(): void;
}

export function createTokenStore(key: string, storage?: SessionStorage): TokenStore {
  /** Undefined until the storage was asked. */
  let kept: Tokens | null | undefined;
  return {
    reread() {
      kept = undefined;
    },
    async read() {
      if (kept === undefined) {
        try {
          kept = JSON.parse((await storage?.getItem(key)) ?? "null");
        } catch {
          // Unreadable is signed out: the server finds no session, and the entry is wiped.
        }
      }
      return kept;
    },
    async write(tokens) {
      const { token, refreshToken } = tokens ?? {};
      kept = token ? { token, ...(refreshToken && { refreshToken }) } : null;
      try {
        await (kept ? storage?.setItem(key, JSON.stringify(kept)) : storage?.removeItem(key));
      } catch {
        // A full or forbidden storage: the session then lasts as long as this page.
      }
    },
  };
}
