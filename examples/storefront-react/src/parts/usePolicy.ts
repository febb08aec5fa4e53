import type { Policy } from "@doorstep/client";
import { useEffect, useState } from "react";
import { account } from "../account-client";

let known: Policy | undefined;

/** What the server takes and does. Undefined until it has said so: nothing is offered that it may not do. */
export function usePolicy(): Policy | undefined {
  const [policy, setPolicy] = useState(known);
  useEffect(() => {
    if (known) return;
    void account.policy().then((result) => {
      if (!result.ok) return;
      known = result.data;
      setPolicy(known);
    });
  }, []);
  return policy;
}
