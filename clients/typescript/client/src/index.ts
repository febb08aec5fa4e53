export { createDoorstepClient, type DoorstepClient, type DoorstepOptions } from "./client.js";
export { changeEmail, confirmEmailChange, undoEmailChange } from "./email.js";
export { securityEvents } from "./events.js";
export type { ErrorCode, FieldErrorCode } from "./generated/codes.js";
export { confirmLoginCode, requestLoginCode, waitForLogin } from "./login-code.js";
export { confirmRecovery, requestRecovery } from "./recovery.js";
export type {
  AnyErrorCode,
  CallOptions,
  ClientErrorCode,
  DoorstepError,
  Entered,
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
  EmailChange,
  EmailChangeConfirmation,
  EmailUndo,
  LoginCodeAsked,
  LoginCodeConfirmation,
  LoginCodeInput,
  LoginInput,
  LoginWait,
  MailAsked,
  PasswordChange,
  Policy,
  ProfileChange,
  RecoveryConfirmation,
  RecoveryInput,
  SecurityEvent,
  SecurityEvents,
  SignUpInput,
  VerificationConfirmation,
} from "./types.js";
export { confirmVerification, requestVerification } from "./verification.js";
