import { useSyncExternalStore } from "react";
import { productBySlug } from "./products";

/** How many of which product. It stays in this browser; nothing about it is sent. */
export type Basket = Readonly<Record<string, number>>;

const KEY = "gale-kettle.basket";
const MOST = 9;
const EMPTY: Basket = {};
let basket: Basket | undefined;
const listeners = new Set<() => void>();

/** Anything in the storage that is not a basket of known products is left out. */
function parse(text: string | null): Basket {
  try {
    const stored: unknown = JSON.parse(text ?? "{}");
    if (typeof stored !== "object" || stored === null) return EMPTY;
    return Object.fromEntries(
      Object.entries(stored).filter(
        ([slug, count]) => productBySlug(slug) && Number.isInteger(count) && count > 0,
      ),
    );
  } catch {
    return EMPTY;
  }
}

function read(): Basket {
  if (basket) return basket;
  try {
    basket = parse(localStorage.getItem(KEY));
  } catch {
    basket = EMPTY; // Storage is switched off: the basket lives as long as the page.
  }
  return basket;
}

function keep(next: Basket): void {
  basket = next;
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // As above.
  }
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

function onStorage(event: StorageEvent): void {
  if (event.key !== KEY) return;
  basket = parse(event.newValue);
  tell();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener("storage", onStorage);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener("storage", onStorage);
  };
}

export function setCount(slug: string, count: number): void {
  const { [slug]: _, ...others } = read();
  keep(count > 0 ? { ...others, [slug]: Math.min(count, MOST) } : others);
}

export function addOne(slug: string): void {
  setCount(slug, (read()[slug] ?? 0) + 1);
}

export function useBasket(): Basket {
  return useSyncExternalStore(subscribe, read, () => EMPTY);
}

export function itemCount(contents: Basket): number {
  return Object.values(contents).reduce((sum, count) => sum + count, 0);
}
