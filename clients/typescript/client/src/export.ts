import type { CallOptions, Result } from "./result.js";
import type { CustomerExport } from "./types.js";

export interface DataExport {
  exportData(options?: CallOptions): Promise<Result<CustomerExport>>;
}
