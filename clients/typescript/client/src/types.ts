import type { components } from "./generated/api.js";

// The server's own schemas, under the names that a shop uses.
type Schemas = components["schemas"];

/** A customer as the server shows it to the customer. */
export type Customer = Schemas["User"];
export type SignUpInput = Omit<Schemas["SignupRequest"], "session">;
export type LoginInput = Omit<Schemas["LoginRequest"], "session" | "deviceToken">;
export type ProfileChange = Schemas["ProfileRequest"];
export type PasswordChange = Schemas["PasswordRequest"];
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
