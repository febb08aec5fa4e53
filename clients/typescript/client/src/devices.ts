import type { Calls } from "./calls.js";
import type { CallOptions, Result } from "./result.js";
import type { DeviceSession } from "./types.js";

export interface Devices {
  list(options?: CallOptions): Promise<Result<DeviceSession[]>>;
  end(id: string, options?: CallOptions): Promise<Result<void>>;
  endOthers(options?: CallOptions): Promise<Result<void>>;
}

const path = "/sessions";

export const createDevices = ({ call }: Calls): Devices => ({
  list: (options) => call("GET", path, "sessions", options),
  end: (id, options) => call("DELETE", `${path}/${id}`, undefined, options),
  endOthers: (options) => call("DELETE", path, undefined, options),
});
