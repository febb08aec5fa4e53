"use client";
export { type AddressesBinding, useAddresses } from "./addresses.js";
export {
  type DoorstepContext,
  DoorstepProvider,
  type DoorstepProviderProps,
  useDoorstep,
} from "./context.js";
export type { FieldProps, FormBinding, FormOptions } from "./form.js";
export { type AccountFormProps, LoginForm, SignUpForm } from "./forms.js";
export { type LoginFields, useLogin } from "./login.js";
export type { MailedBinding } from "./mailed.js";
export type { Messages } from "./messages.js";
export {
  type ProfileBinding,
  type ProfileFields,
  useChangePassword,
  useDeleteAccount,
  useProfile,
} from "./profile.js";
export {
  type Recovered,
  type RecoveryBinding,
  type RecoveryFields,
  useRecovery,
} from "./recovery.js";
export { useSession } from "./session.js";
export { type SessionsBinding, useSessions } from "./sessions.js";
export { type SignUpFields, useSignUp } from "./signup.js";
export { useVerification, type VerificationBinding } from "./verification.js";
