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
