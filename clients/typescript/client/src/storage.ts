/** Where `token` and `jwt` sessions are kept, and what makes this a known device; `localStorage` and React Native's AsyncStorage fit as they are. */
export interface SessionStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}
