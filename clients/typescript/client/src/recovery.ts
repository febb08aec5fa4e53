import type { DoorstepClient } from "./client.js";
import { confirm } from "./confirm.js";
import type { CallOptions, Result } from "./result.js";
import type { Confirmed, MailAsked, RecoveryConfirmation, RecoveryInput } from "./types.js";

/** Asks for a mail to somebody who has forgotten the password. The answer is the same for every address. */
export const requestRecovery = (
  client: DoorstepClient,
  { email }: RecoveryInput,
  options?: CallOptions,
): Promise<Result<MailAsked>> =>
  client.parts.call("POST", "/recovery", { body: { email: email?.trim() }, ...options });

/** Chooses a new password with what the mail brought: every session ends, and nobody is signed in by it. */
export const confirmRecovery = (
  client: DoorstepClient,
  input: RecoveryConfirmation,
  options?: CallOptions,
): Promise<Result<Confirmed>> => confirm(client, "/recovery/confirm", input, options);
