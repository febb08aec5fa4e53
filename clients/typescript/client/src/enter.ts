import type { Calls } from "./calls.js";
import { type Answer, failure, isDecision } from "./http.js";
import type { CallOptions, Entered } from "./result.js";
import type { Session } from "./session.js";
import type { TokenStore } from "./tokens.js";

/** A call that opens a session; `isKeyed` when it may be repeated until the server has decided. */
export type Enter = (
  path: string,
  body: object,
  options?: CallOptions,
  isKeyed?: boolean,
) => Promise<Entered>;

/** Sign-up, login and a new password: whatever a session begins with. */
export function createEnter(
  { request, share }: Calls,
  session: Session,
  check: () => Promise<unknown>,
  tokens?: TokenStore,
): Enter {
  /** The key outlives lost answers: the server then repeats its first answer. */
  let attempt: Record<string, string> = {};

  return (path, body, options, isKeyed) => {
    const text = path + JSON.stringify(body);
    const run = async (): Promise<Entered> => {
      const born = session.generation;
      if (isKeyed && !attempt[text]) {
        // `crypto.randomUUID` is missing on plain-http pages, as on a phone in the same network.
        attempt = { [text]: crypto.getRandomValues(new Uint8Array(16)).join("-") };
      }
      const sent = request("POST", path, {
        body,
        ...options,
        ...(attempt[text] && { headers: { "Idempotency-Key": attempt[text] } }),
      });
      if (path === "/user/password") session.change = sent;
      let answer: Answer;
      try {
        answer = await sent;
      } finally {
        if (session.change === sent) session.change = undefined;
      }
      if (isDecision(answer)) delete attempt[text];
      // A server from before sessions went on with other secrets hands nothing over.
      if (!answer.ok || !answer.data) return answer;
      const { user, message } = answer.data;
      // Somebody has to read a mail first: no session was opened, and none may be shown.
      if (!user) return { ...failure("email_unverified", message, 202), pending: answer.data };
      // Whoever waited for the change goes on now, with these tokens.
      await tokens?.write(answer.data);
      // Somebody signed in or out meanwhile: the server knows which of the two stands.
      if (born === session.generation) session.signedIn(user, answer.headers, "in");
      else {
        // Until it has said so, nobody is known: without a network that stays the truth.
        session.show({ status: "loading" });
        await check();
      }
      return { ok: true, data: user };
    };
    return share(text, run, options?.signal);
  };
}
