import { createDeviceTokens, type DeviceTokens } from "./device-tokens.js";
import type { SessionStorage } from "./storage.js";
import type { Customer } from "./types.js";

export interface Tokens {
  token: string;
  refreshToken?: string | undefined;
}

/** What a sign-up, a login, a new password or a refresh answers of a session. */
interface Handed extends Tokens {
  user?: Customer;
  deviceToken?: unknown;
}

export interface TokenStore {
  /** They stay over a logout. */
  readonly devices: DeviceTokens;
  read(): Promise<Tokens | null | undefined>;
  /** Keeps what was handed over, the device's token beside it; nothing means signed out. */
  write(handed?: Handed): Promise<void>;
  /** Another tab wrote: the next read asks the storage again. */
  reread(): void;
}

export function createTokenStore(key: string, storage?: SessionStorage): TokenStore {
  /** Undefined until the storage was asked. */
  let kept: Tokens | null | undefined;
  /** How often it was written, here or by another tab. */
  let writes = 0;
  const devices = createDeviceTokens(`${key}:devices`, storage);
  return {
    devices,
    reread() {
      kept = undefined;
      writes++;
      devices.reread();
    },
    async read() {
      while (kept === undefined) {
        const before = writes;
        let found: Tokens | null | undefined;
        try {
          found = JSON.parse((await storage?.getItem(key)) ?? "null");
        } catch {
          // Unreadable is signed out: the server finds no session, and the entry is wiped.
        }
        if (writes === before) {
          kept = found;
          break;
        }
      }
      return kept;
    },
    async write(handed) {
      const { token, refreshToken, user, deviceToken } = handed ?? {};
      writes++;
      kept = token ? { token, refreshToken } : null;
      try {
        await (kept ? storage?.setItem(key, JSON.stringify(kept)) : storage?.removeItem(key));
      } catch {
        // A full or forbidden storage: the session then lasts as long as this page.
      }
      if (user) await devices.keep(user.email, deviceToken);
    },
  };
}
