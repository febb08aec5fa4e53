export { createDoorstepClient, type DoorstepClient, type DoorstepOptions } from "./client.js";
export type { ErrorCode, FieldErrorCode } from "./generated/codes.js";
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
  Customer,
  CustomerExport,
  DeletionInput,
  DeviceSession,
  LoginInput,
  PasswordChange,
  Policy,
  ProfileChange,
  SignUpInput,
} from "./types.js";
