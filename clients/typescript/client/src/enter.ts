import type { Calls } from "./calls.js";
import type { CallOptions, Result } from "./result.js";
import type { Session } from "./session.js";
import type { TokenStore } from "./tokens.js";
import type { Customer, LoginInput } from "./types.js";

/** A call that opens a session; `isKeyed` when it may be repeated until the server has decided. */
export type Enter = (
  path: string,
  body: object,
  options?: CallOptions,
  isKeyed?: boolean,
) => Promise<Result<Customer>>;

/** The same for a form with an e-mail address, which asks for a session of this mode. */
export type Begin = (
  path: string,
  input: LoginInput,
  options?: CallOptions,
  isKeyed?: boolean,
) => Promise<Result<Customer>>;

export const createBegin =
  (enter: Enter, session: string): Begin =>
  (path, input, ...rest) =>
    enter(path, { ...input, email: input.email?.trim(), session }, ...rest);

/** Sign-up, login and a new password: whatever a session begins with. */
export function createEnter(
  { request, share }: Calls,
  session: Session,
  check: () => Promise<unknown>,
  tokens?: TokenStore,
): Enter {
  /** The key outlives lost answers: the server then repeats its first answer. */
  let attempt: { text: string; key: string } | undefined;

  return (path, body, options, isKeyed) => {
    const text = path + JSON.stringify(body);
    const run = async (): Promise<Result<Customer>> => {
      const born = session.generation;
      if (isKeyed && attempt?.text !== text) {
        // `crypto.randomUUID` is missing on plain-http pages, as on a phone in the same network.
        attempt = { text, key: crypto.getRandomValues(new Uint8Array(16)).join("-") };
      }
      const answer = await request("POST", path, {
        body,
        ...options,
        ...(isKeyed && attempt && { headers: { "Idempotency-Key": attempt.key } }),
      });
      // No decision of the server: a proxy's page, a lost connection, 429 and what failed.
      const isDecided =
        answer.ok || /^4(?!08|29|..unex)/.test(answer.error.status + answer.error.code);
      if (isKeyed && isDecided) attempt = undefined;
      if (!answer.ok) return answer;
      // A server from before sessions went on with other secrets: nothing to keep.
      if (!answer.data) return { ok: true, data: answer.data };
      await tokens?.write(answer.data);
      // Somebody signed in or out meanwhile: the server knows which of the two stands.
      if (born === session.generation) session.signedIn(answer.data.user, answer.headers, "in");
      else {
        // Until it has said so, nobody is known: without a network that stays the truth.
        session.show({ status: "loading" });
        await check();
      }
      return { ok: true, data: answer.data.user };
    };
    return share(text, run, options?.signal);
  };
}
