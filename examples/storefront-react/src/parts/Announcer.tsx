import { useEffect, useState } from "react";
import { onAnnouncement } from "./announce";

const SHOWN_FOR_MS = 5000;

/** The region exists from the start: a live region that arrives together with its text is often not read. */
export function Announcer() {
  const [note, setNote] = useState({ text: "", number: 0 });
  useEffect(() => onAnnouncement((text) => setNote((last) => ({ text, number: last.number + 1 }))), []);
  useEffect(() => {
    if (!note.text) return;
    const timer = setTimeout(() => setNote((last) => ({ ...last, text: "" })), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [note]);
  return (
    <div className="announcer" role="status">
      {note.text && (
        <p className="note" key={note.number}>
          {note.text}
        </p>
      )}
    </div>
  );
}
