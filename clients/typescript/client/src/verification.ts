import type { DoorstepClient } from "./client.js";
import { confirm } from "./confirm.js";
import type { CallOptions, Result } from "./result.js";
import type { Confirmed, MailAsked, VerificationConfirmation } from "./types.js";

/** Asks for a mail to the address of whoever is signed in, or to `email` where nobody is: the answer is the same for every address. */
export const requestVerification = (
  client: DoorstepClient,
  { email, ...options }: CallOptions & { email?: string } = {},
): Promise<Result<MailAsked>> =>
  client.parts.call("POST", "/verification", {
    ...(email !== undefined && { body: { email: email.trim() } }),
    ...options,
  });

/** Proves the address with what the mail brought; the customer in the client's state is then the proven one. */
export const confirmVerification = (
  client: DoorstepClient,
  input: VerificationConfirmation,
  options?: CallOptions,
): Promise<Result<Confirmed>> => confirm(client, "/verification/confirm", input, options);
