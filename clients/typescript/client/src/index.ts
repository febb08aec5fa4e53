export { createDoorstepClient, type DoorstepClient, type DoorstepOptions } from "./client.js";
export type { ErrorCode, FieldErrorCode } from "./generated/codes.js";
export { confirmRecovery, requestRecovery } from "./recovery.js";
export type {
  AnyErrorCode,
  CallOptions,
  ClientErrorCode,
  DoorstepError,
  FieldError,
  Finding,
  Result,
} from "./result.js";
export type { SessionState } from "./session.js";
export type { SessionStorage } from "./storage.js";
export type {
  Address,
  AddressChange,
  AddressInput,
  Confirmed,
  Customer,
  CustomerExport,
  DeletionInput,
  DeviceSession,
  LoginInput,
  MailAsked,
  PasswordChange,
  Policy,
  ProfileChange,
  RecoveryConfirmation,
  RecoveryInput,
  SignUpInput,
  VerificationConfirmation,
} from "./types.js";
export { confirmVerification, requestVerification } from "./verification.js";
