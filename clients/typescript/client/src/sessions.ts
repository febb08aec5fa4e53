import type { SendCall } from "./calls.js";
import type { Leave } from "./leave.js";
import type { CallOptions, Result } from "./result.js";
import type { Session } from "./session.js";
import type { DeviceSession } from "./types.js";

export interface Sessions {
  list(options?: CallOptions): Promise<Result<DeviceSession[]>>;
  end(id: string, options?: CallOptions): Promise<Result<void>>;
  endOthers(options?: CallOptions): Promise<Result<void>>;
}

export interface Logout {
  logout(options?: CallOptions): Promise<Result<void>>;
}

export const createSessions = (call: SendCall): Sessions => ({
  list: (options) => call("GET", "/sessions", options, "sessions"),
  end: (id, options) => call("DELETE", `/sessions/${id}`, options),
  endOthers: (options) => call("DELETE", "/sessions", options),
});

export const createLogout = (leave: Leave, session: Session): Logout => ({
  async logout(options) {
    // A damaged store sends what is no token: nothing else would ever end that.
    const result = await leave("POST", "/logout", options, "token_invalid");
    // Whose session was over already has what they asked for.
    return session.getState().status === "signed-out" ? { ok: true, data: undefined } : result;
  },
});
