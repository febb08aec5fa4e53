import { useEffect, useId, useRef, useState } from "react";
import { places } from "../account/places";
import { account } from "../account-client";
import { Link } from "../router/Link";
import { announce } from "./announce";

async function signOut(): Promise<void> {
  const result = await account.logout();
  announce(result.ok ? "You are logged out." : result.error.message);
}

/** A button that discloses a list of links: nothing to learn for the keyboard, Escape closes it. */
export function AccountMenu({ name }: { name: string }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const listId = useId();

  useEffect(() => {
    if (!open) return;
    const onPointer = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener("pointerdown", onPointer);
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("pointerdown", onPointer);
      document.removeEventListener("keydown", onKey);
    };
  }, [open]);

  return (
    <div className="menu" ref={box}>
      <button
        ref={button}
        type="button"
        className="menu-button"
        aria-expanded={open}
        aria-controls={listId}
        onClick={() => setOpen(!open)}
      >
        <span className="menu-initial" aria-hidden="true">
          {name.trim().charAt(0).toUpperCase()}
        </span>
        <span className="menu-name">{name}</span>
        <span className="visually-hidden">, your account</span>
      </button>
      <ul className="menu-list" id={listId} hidden={!open}>
        {places.map((place) => (
          <li key={place.href}>
            <Link href={place.href} onClick={() => setOpen(false)}>
              {place.label}
            </Link>
          </li>
        ))}
        <li className="menu-end">
          <button type="button" onClick={() => void signOut()}>
            Log out
          </button>
        </li>
      </ul>
    </div>
  );
}
