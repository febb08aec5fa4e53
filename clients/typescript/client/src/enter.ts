import type { Calls } from "./calls.js";
import type { CallOptions, Result } from "./result.js";
import type { Session } from "./session.js";
import type { TokenStore } from "./tokens.js";
import type { Customer, LoginInput, SignUpInput } from "./types.js";

export interface Entrance {
  signUp(input: SignUpInput, options?: CallOptions): Promise<Result<Customer>>;
  login(input: LoginInput, options?: CallOptions): Promise<Result<Customer>>;
}

/** Sign-up and login: the two ways to a session. */
export function createEntrance(
  { request, share }: Calls,
  session: Session,
  check: () => Promise<unknown>,
  mode: string,
  tokens?: TokenStore,
): Entrance {
  /** The key outlives lost answers: the server then repeats its first answer. */
  let attempt: { text: string; key: string } | undefined;

  function enter(
    path: string,
    input: LoginInput,
    signal?: AbortSignal,
    isKeyed?: boolean,
  ): Promise<Result<Customer>> {
    const body = { ...input, email: input.email?.trim(), session: mode };
    const text = JSON.stringify(body);
    const run = async (): Promise<Result<Customer>> => {
      const born = session.generation;
      if (isKeyed && attempt?.text !== text) {
        // `crypto.randomUUID` is missing on plain-http pages, as on a phone in the same network.
        attempt = { text, key: crypto.getRandomValues(new Uint8Array(16)).join("-") };
      }
      const answer = await request("POST", path, {
        body,
        ...(signal && { signal }),
        ...(isKeyed && attempt && { headers: { "Idempotency-Key": attempt.key } }),
      });
      // No decision of the server: a proxy's page, a lost connection, 429 and what failed.
      const isDecided =
        answer.ok || /^4(?!08|29|..unex)/.test(answer.error.status + answer.error.code);
      if (isKeyed && isDecided) attempt = undefined;
      if (!answer.ok) return answer;
      const customer: Customer = answer.data.user;
      await tokens?.write(answer.data);
      // Somebody signed in or out meanwhile: the server knows which of the two stands.
      if (born === session.generation) session.signedIn(customer, answer.headers, "in");
      else {
        // Until it has said so, nobody is known: without a network that stays the truth.
        session.show({ status: "loading" });
        await check();
      }
      return { ok: true, data: customer };
    };
    return share(path + text, run, signal);
  }

  return {
    signUp: (input, options) => enter("/signup", input, options?.signal, true),
    // Only what is needed: the values of a sign-up form may be passed as they are.
    login: ({ email, password }, options) => enter("/login", { email, password }, options?.signal),
  };
}
