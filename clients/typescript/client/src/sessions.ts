import type { SendCall } from "./calls.js";
import type { CallOptions, Result } from "./result.js";
import type { DeviceSession } from "./types.js";

export interface Sessions {
  list(options?: CallOptions): Promise<Result<DeviceSession[]>>;
  end(id: string, options?: CallOptions): Promise<Result<void>>;
  endOthers(options?: CallOptions): Promise<Result<void>>;
}

export const createSessions = (call: SendCall): Sessions => ({
  list: (options) => call("GET", "/sessions", options, "sessions"),
  end: (id, options) => call("DELETE", `/sessions/${id}`, options),
  endOthers: (options) => call("DELETE", "/sessions", options),
});
