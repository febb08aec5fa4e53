import { useSession } from "@doorstep/react";
import { Link } from "../router/Link";
import { AccountMenu } from "./AccountMenu";

function EntryLinks() {
  return (
    <>
      <Link className="header-link" href="/login">
        Log in
      </Link>
      <Link className="button button-small" href="/signup">
        Sign up
      </Link>
    </>
  );
}

/** Until the session is known nothing is claimed: no "Log in" that turns into a name a moment later. */
export function AccountSlot() {
  const session = useSession();
  return (
    <div className="account-slot" data-session={session.status}>
      {session.customer ? (
        <AccountMenu name={session.customer.name} />
      ) : session.status === "signed-out" ? (
        <EntryLinks />
      ) : (
        <Link className="header-link account-pending" href="/account">
          Account
        </Link>
      )}
      <noscript>
        <a className="header-link" href="/login">
          Log in
        </a>
        <a className="button button-small" href="/signup">
          Sign up
        </a>
      </noscript>
    </div>
  );
}
