import type { SessionStorage } from "../../src/index.js";

/** A storage that answers later, as those of apps do. */
export function memory(entries: Record<string, string> = {}) {
  const storage: SessionStorage = {
    getItem: async (key) => entries[key] ?? null,
    setItem: async (key, value) => {
      entries[key] = value;
    },
    removeItem: async (key) => {
      delete entries[key];
    },
  };
  return { entries, storage };
}
