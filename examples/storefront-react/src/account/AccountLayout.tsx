import type { Customer } from "@doorstep/client";
import { useSession } from "@doorstep/react";
import type { ReactNode } from "react";
import { PageHead } from "../parts/PageHead";
import { Link } from "../router/Link";
import { usePath } from "../router/location";
import { places } from "./places";

function SignedOut() {
  const path = usePath();
  return (
    <p className="empty">
      You are not logged in. <a href={`/login?next=${encodeURIComponent(path)}`}>Log in</a> or{" "}
      <Link href="/signup">open an account</Link>.
    </p>
  );
}

function Waiting({ trouble }: { trouble: string | undefined }) {
  return (
    <div>
      <p className="waiting" role="status">
        {trouble ?? "Looking for your account …"}
      </p>
      <noscript>
        <p className="empty">
          Your account is kept safe, and this page needs JavaScript to show it. The shop itself does not:{" "}
          <a href="/">go on shopping</a>.
        </p>
      </noscript>
    </div>
  );
}

/** The frame of every account page; its content is made only for a customer who is there. */
export function AccountLayout({
  title,
  children,
}: {
  title: string;
  children: (customer: Customer) => ReactNode;
}) {
  const session = useSession();
  return (
    <div className="account">
      <PageHead title={title} />
      <nav className="account-nav" aria-label="Account">
        <ul>
          {places.map((place) => (
            <li key={place.href}>
              <Link href={place.href}>{place.label}</Link>
            </li>
          ))}
        </ul>
      </nav>
      {session.customer ? (
        <div className="panels">{children(session.customer)}</div>
      ) : session.status === "signed-out" ? (
        <SignedOut />
      ) : (
        <Waiting trouble={session.error?.message} />
      )}
    </div>
  );
}
