import type { DeviceSession, Result } from "@doorstep/client";
import { useSessions } from "@doorstep/react";
import { announce } from "../parts/announce";
import { moment } from "./day";
import { deviceName } from "./device-name";

function Device({ session, onEnd }: { session: DeviceSession; onEnd: () => void }) {
  const name = deviceName(session.device);
  return (
    <li className="thing">
      <div>
        <h3>
          {name} {session.current && <span className="tag">This device</span>}
        </h3>
        <p className="quiet">
          Last used <time dateTime={session.lastUsedAt}>{moment(session.lastUsedAt)}</time> from{" "}
          {session.network}
        </p>
      </div>
      {!session.current && (
        <button type="button" className="button button-small button-plain" onClick={onEnd}>
          End<span className="visually-hidden"> {name}</span>
        </button>
      )}
    </li>
  );
}

async function tell(ending: Promise<Result<void>>, done: string, onChange: () => void): Promise<void> {
  const result = await ending;
  if (!result.ok) return;
  onChange();
  announce(done);
  // The button that was pressed is gone with its row.
  document.getElementById("devices")?.focus();
}

export function Devices({ onChange }: { onChange: () => void }) {
  const { sessions, failure, end, endOthers } = useSessions();
  const others = sessions?.some((session) => !session.current);
  return (
    <>
      <ul className="things">
        {sessions?.map((session) => (
          <Device
            key={session.id}
            session={session}
            onEnd={() => void tell(end(session.id), "That device is logged out.", onChange)}
          />
        ))}
      </ul>
      <p className="error" role="alert">
        {failure?.message}
      </p>
      {others && (
        <button
          type="button"
          className="button button-plain"
          onClick={() => void tell(endOthers(), "Every other device is logged out.", onChange)}
        >
          End all others
        </button>
      )}
    </>
  );
}
