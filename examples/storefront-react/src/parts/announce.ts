const listeners = new Set<(text: string) => void>();

/** Says something to everybody: a note on the screen that a screen reader reads aloud. */
export function announce(text: string): void {
  for (const listener of listeners) listener(text);
}

export function onAnnouncement(listener: (text: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
