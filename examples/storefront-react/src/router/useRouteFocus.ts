import { useEffect, useRef } from "react";

/** After a change of page the heading takes the focus, so that a screen reader reads it and Tab goes on from there. */
export function useRouteFocus(path: string, title: string): void {
  const shown = useRef(path);
  useEffect(() => {
    document.title = title;
    if (shown.current === path) return;
    shown.current = path;
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }, [path, title]);
}
