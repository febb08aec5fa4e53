import type { components } from "./generated/api.js";

// The server's own schemas, under the names that a shop uses.
type Schemas = components["schemas"];

/** A customer as the server shows it to the customer. */
export type Customer = Schemas["User"];
export type SignUpInput = Omit<Schemas["SignupRequest"], "session">;
export type LoginInput = Omit<Schemas["LoginRequest"], "session" | "deviceToken">;
export type ProfileChange = Schemas["ProfileRequest"];
export type PasswordChange = Schemas["PasswordRequest"];
export type RecoveryInput = Schemas["RecoveryRequest"];
/** What the mail brought, and the new password. */
export type RecoveryConfirmation = Schemas["RecoveryConfirmation"];
/** What the mail brought. Whoever is not signed in adds the password, or chooses a new one. */
export type VerificationConfirmation = Schemas["VerificationConfirmation"];
/** A mail to log in with was asked for: `number` is what this device shows, and what is chosen behind the mail's link. */
export type LoginCodeAsked = Schemas["LoginCodeAsked"];
export type LoginCodeInput = Schemas["LoginCodeRequest"];
/** What the mail brought. `email` stays here: it finds what makes this a known device. */
export type LoginCodeConfirmation = Omit<
  Schemas["LoginCodeConfirmation"],
  "session" | "deviceToken"
> & { email?: string | undefined };
/** What `requestLoginCode` answered, and for which address. */
export interface LoginWait {
  request: string;
  email?: string | undefined;
}
/** The address that the account shall have, and the proof that it is the customer who asks. */
export type EmailChange = Schemas["EmailChangeRequest"];
/** What the mail to the new address brought. Whoever is not signed in adds the password. */
export type EmailChangeConfirmation = Schemas["EmailChangeConfirmation"];
/** What the link in the mail to the former address holds. */
export type EmailUndo = Schemas["EmailUndo"];
/** Something that has happened to the account. */
export type SecurityEvent = Schemas["SecurityEvent"];
/** One page of it; `next` is where the next one begins. */
export type SecurityEvents = Schemas["SecurityEventList"];
/** A mail was asked for: its code is good only together with this `request`. */
export type MailAsked = Schemas["MailAsked"];
/** What the server says when it is done. */
export type Confirmed = Schemas["Confirmed"];
/** The proof that it is the customer who asks. */
export type DeletionInput = Schemas["EraseRequest"];
/** One signed-in device. */
export type DeviceSession = Schemas["SessionView"];
export type Address = Schemas["Address"];
export type AddressInput = Schemas["AddressRequest"];
export type AddressChange = Schemas["AddressChange"];
/** Everything stored about the customer. */
export type CustomerExport = Schemas["Export"];
/** What a form needs to know before it asks. */
export type Policy = Schemas["PolicyAnswer"];
