import { useSession } from "@doorstep/react";
import { useEffect } from "react";
import { navigate } from "../router/location";

/** Where to go after the login: a page of this shop, whatever the address says. */
export function destination(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "";
  return /^\/(?![/\\])/.test(next) ? next : "/account";
}

/** Signed in, here or in another tab: a form to sign in has nothing more to offer. */
export function useLeaveWhenSignedIn(): void {
  const { status } = useSession();
  useEffect(() => {
    if (status === "signed-in") navigate(destination(location.search), { replace: true });
  }, [status]);
}
