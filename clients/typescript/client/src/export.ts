import type { SendCall } from "./calls.js";
import type { CallOptions, Result } from "./result.js";
import type { CustomerExport } from "./types.js";

export interface DataExport {
  exportData(options?: CallOptions): Promise<Result<CustomerExport>>;
}

export const createExport = (call: SendCall): DataExport => ({
  exportData: (options) => call("GET", "/user/export", options),
});
