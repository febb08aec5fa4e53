import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { navigate, usePath } from "./location";

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { href: string };

function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}

/** A real link, so that it works before the script and in a new tab; a plain click stays in the page. */
export function Link({ href, onClick, ...rest }: Props) {
  const path = usePath();
  return (
    <a
      {...rest}
      href={href}
      aria-current={path === href ? "page" : undefined}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || !isPlainClick(event)) return;
        event.preventDefault();
        if (path !== href) navigate(href);
      }}
    />
  );
}
