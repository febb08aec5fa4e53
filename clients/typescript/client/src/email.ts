import type { DoorstepClient } from "./client.js";
import { confirm } from "./confirm.js";
import type { CallOptions, Result } from "./result.js";
import type {
  Confirmed,
  EmailChange,
  EmailChangeConfirmation,
  EmailUndo,
  MailAsked,
} from "./types.js";

/**
 * Asks for a mail to the address that the account of whoever is signed in shall have. Until it is confirmed nothing changes. The `password` shows
 * that it is the customer, or the `request` and `code` of a mail of `requestLoginCode`.
 */
export const changeEmail = (
  client: DoorstepClient,
  { newEmail, ...owner }: EmailChange,
  options?: CallOptions,
): Promise<Result<MailAsked>> =>
  client.parts.call("POST", "/user/email", {
    body: { newEmail: newEmail?.trim(), ...owner },
    ...options,
  });

/** Gives the account its new address with what the mail brought; the customer in the client's state has it then. */
export async function confirmEmailChange(
  client: DoorstepClient,
  input: EmailChangeConfirmation,
  options?: CallOptions,
): Promise<Result<Confirmed>> {
  const { session, tokens } = client.parts;
  const before = session.getState().customer;
  const result = await confirm(client, "/user/email/confirm", input, options);
  const now = session.getState().customer;
  if (result.ok && before && now?.id === before.id && now.email !== before.email) {
    // The device is known by the address that is typed at the next login.
    const { devices } = tokens ?? {};
    const token = await devices?.find(before.email);
    await devices?.forget(before.email);
    await devices?.keep(now.email, token);
  }
  return result;
}

/** Gives the account its former address back with the link that went there: every session ends, and a mail for a new password is sent. */
export const undoEmailChange = (
  client: DoorstepClient,
  input: EmailUndo,
  options?: CallOptions,
): Promise<Result<Confirmed>> => confirm(client, "/user/email/undo", input, options);
