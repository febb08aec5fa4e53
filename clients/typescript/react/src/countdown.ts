"use client";
import { useEffect, useState } from "react";

/** Whole seconds that are left, and how to begin anew. By the clock: a tab that sleeps has waited as well. */
export function useCountdown(): [left: number, begin: (seconds: number) => void] {
  const [{ until, now }, setState] = useState({ until: 0, now: 0 });
  const left = Math.max(0, Math.ceil((until - now) / 1000));
  useEffect(() => {
    if (now >= until) return;
    const timer = setTimeout(
      () => setState({ until, now: Date.now() }),
      (until - now) % 1000 || 1000,
    );
    return () => clearTimeout(timer);
  }, [until, now]);
  const begin = (seconds: number) => {
    const now = Date.now();
    setState({ until: now + seconds * 1000, now });
  };
  return [left, begin];
}
