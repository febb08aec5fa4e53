import type { MailedBinding } from "@doorstep/react";

type Mailed = MailedBinding<string, string>;

/** What the server said to the mail that was asked for. It is there from the start: a region that comes with its text is often not read. */
export function MailNote({ note }: { note: Mailed["note"] }) {
  return <p className="mail-note" {...note()} />;
}

/** Another mail, after a pause that is counted on the screen; read aloud, every second of it would be too much. */
export function Resend({ resend, mailbox }: { resend: Mailed["resend"]; mailbox: string }) {
  return (
    <div className="resend">
      <p className="quiet">{mailbox}</p>
      <button className="button button-small button-plain" {...resend.button()}>
        Send another mail
        {resend.wait > 0 && (
          <span className="seconds" aria-hidden="true">
            in {resend.wait} s
          </span>
        )}
      </button>
      <p className="error" {...resend.error()} />
    </div>
  );
}
