import type { DoorstepClient } from "./client.js";
import { failure, isDecision } from "./http.js";
import type { CallOptions, Entered, Result } from "./result.js";
import type {
  Customer,
  LoginCodeAsked,
  LoginCodeConfirmation,
  LoginCodeInput,
  LoginWait,
} from "./types.js";

/** Asks for a mail to log in with. The answer is the same for every address. */
export const requestLoginCode = (
  client: DoorstepClient,
  { email }: LoginCodeInput,
  options?: CallOptions,
): Promise<Result<LoginCodeAsked>> =>
  client.parts.call("POST", "/login/code", { body: { email: email?.trim() }, ...options });

/**
 * Logs in with what the mail brought. `fields.password` is `required` for an account whose address nobody has proven: nothing was used up, and
 * the same again with its `password`, or with a `newPassword`, logs in.
 */
export const confirmLoginCode = (
  client: DoorstepClient,
  input: LoginCodeConfirmation,
  options?: CallOptions,
): Promise<Result<Customer>> => enterBy(client, "confirm", input, options);

/** Seconds between two questions; after faults up to the longest. */
const often = 3;
const seldom = 60;
/** The server's own patience is the same. */
const patience = 10 * 60_000;

/**
 * Waits until this device's number was chosen behind the mail's link, and logs in then. Ends at `signal`, at `challenge_spent`, and after ten
 * minutes; a page that nobody sees does not ask.
 */
export async function waitForLogin(
  client: DoorstepClient,
  { request, email }: LoginWait,
  { signal }: CallOptions = {},
): Promise<Result<Customer>> {
  const end = Date.now() + patience;
  for (let wait = often; ; ) {
    await pause(wait * 1000, signal);
    if (signal?.aborted) return failure("aborted", "The login is not waited for any more.");
    const polled = await enterBy(client, "poll", { request, email }, { ...(signal && { signal }) });
    if (polled.ok || isDecision(polled) || signal?.aborted) return polled;
    const { message, retryAfter = 0 } = polled.error;
    if (Date.now() > end) return failure("no_answer_in_time", message);
    wait = polled.pending ? often : Math.min(Math.max(wait * 2, retryAfter), seldom);
  }
}

/** The known device is told, as at a login with a password. */
async function enterBy(
  { parts: { enter, mode, tokens } }: DoorstepClient,
  step: string,
  { email, ...body }: LoginCodeConfirmation,
  options?: CallOptions,
): Promise<Entered> {
  const deviceToken = email ? await tokens?.devices.find(email) : undefined;
  return enter(`/login/code/${step}`, { ...body, session: mode, deviceToken }, options);
}

/** At least so long, and then until somebody sees the page. */
async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await until(signal, (done) => {
    const timer = setTimeout(done, milliseconds);
    return () => clearTimeout(timer);
  });
  const page = globalThis.document;
  while (page?.hidden && !signal?.aborted) {
    await until(signal, (done) => {
      page.addEventListener("visibilitychange", done);
      return () => page.removeEventListener("visibilitychange", done);
    });
  }
}

/** Settles when what `start` begins is done, or at the abort; either way it is stopped. */
const until = (signal: AbortSignal | undefined, start: (done: () => void) => () => void) =>
  new Promise<void>((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      stop();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const stop = start(done);
    signal?.addEventListener("abort", done);
  });
