import type { SecurityEvent } from "@doorstep/client";
import type { SecurityEventsBinding } from "@doorstep/react";
import { useEffect, useRef } from "react";
import { moment } from "./day";

function Event({ event }: { event: SecurityEvent }) {
  const from = [event.device, event.network].filter(Boolean).join(", ");
  return (
    <li className="event" tabIndex={-1}>
      <p>{event.message}</p>
      <p className="quiet">
        <time dateTime={event.at}>{moment(event.at)}</time>
        {from && <> · {from}</>}
      </p>
    </li>
  );
}

/** What has happened to the account, in the server's words: newest first. */
export function Timeline({ events, failure, older }: SecurityEventsBinding) {
  const list = useRef<HTMLOListElement>(null);
  const above = useRef(0);
  const count = events?.length ?? 0;
  // The button may be gone with the last page: who pressed it reads on where the new ones begin.
  useEffect(() => {
    if (above.current && count > above.current) {
      (list.current?.children[above.current] as HTMLElement | undefined)?.focus();
      above.current = 0;
    }
  }, [count]);
  return (
    <>
      <ol className="timeline" ref={list}>
        {events?.map((event) => (
          <Event key={event.id} event={event} />
        ))}
      </ol>
      <p className="error" role="alert">
        {failure?.message}
      </p>
      {older && (
        <button
          type="button"
          className="button button-plain"
          onClick={() => {
            above.current = count;
            void older();
          }}
        >
          Older
        </button>
      )}
    </>
  );
}
