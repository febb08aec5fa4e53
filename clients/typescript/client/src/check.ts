import type { Calls } from "./calls.js";
import { failure } from "./http.js";
import type { Result } from "./result.js";
import type { Session } from "./session.js";
import type { Customer } from "./types.js";

/** Asks the server who is signed in. Whoever asks meanwhile shares the answer. */
export function createCheck({ request }: Calls, session: Session): () => Promise<Result<Customer>> {
  let flight: { born: number; result: Promise<Result<Customer>> } | undefined;

  async function run(born: number): Promise<Result<Customer>> {
    const answer = await request("GET", "/session");
    const customer: Customer | undefined = answer.ok && answer.data.user;
    const failed = answer.ok ? failure(answer.data.code, "You are not signed in.", 401) : answer;
    if (born === session.generation) {
      flight = undefined;
      const state = session.getState();
      const { error } = failed;
      if (answer.ok && customer) session.signedIn(customer, answer.headers);
      else if (state.customer) session.show({ ...state, stale: true, error });
      else if (state.status !== "signed-out") session.show({ status: "unknown", error });
    }
    return customer ? { ok: true, data: customer } : failed;
  }

  return () => {
    const born = session.generation;
    if (flight?.born !== born) flight = { born, result: run(born) };
    return flight.result;
  };
}
