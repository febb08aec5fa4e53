import { createContext, useContext, useSyncExternalStore } from "react";

/** `/account/` and `/account` are one page: the server adds the slash for folders, links leave it out. */
export function normalise(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, "") || "/" : path;
}

const nothing: Handed = {};
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("popstate", listener);
  };
}

/** What one page hands to the next: it is in no address, and there after a reload too. */
export type Handed = { recovered?: string };

export function navigate(to: string, options: { replace?: boolean; state?: Handed } = {}): void {
  history[options.replace ? "replaceState" : "pushState"](options.state ?? null, "", to);
  scrollTo(0, 0);
  for (const listener of listeners) listener();
}

/** The path that the page was prerendered for; hydration has to begin with the same one. */
export const InitialPath = createContext("/");

export function usePath(): string {
  const initial = useContext(InitialPath);
  return useSyncExternalStore(
    subscribe,
    () => normalise(location.pathname),
    () => initial,
  );
}

export function useHanded(): Handed {
  return useSyncExternalStore<Handed>(
    subscribe,
    () => history.state ?? nothing,
    () => nothing,
  );
}
