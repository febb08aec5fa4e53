"use client";
export { type AddressesBinding, useAddresses } from "./addresses.js";
export {
  type DoorstepContext,
  DoorstepProvider,
  type DoorstepProviderProps,
  useDoorstep,
} from "./context.js";
export { type EmailChangeBinding, useEmailChange } from "./email.js";
export { type SecurityEventsBinding, useSecurityEvents } from "./events.js";
export type { FieldProps, FormBinding, FormOptions } from "./form.js";
export { type AccountFormProps, LoginForm } from "./forms.js";
export { type LoginFields, useLogin } from "./login.js";
export {
  type LoginCodeBinding,
  type LoginCodeFields,
  useLoginCode,
} from "./login-code.js";
export type { MailedBinding } from "./mailed.js";
export {
  EmailChangeForm,
  LoginCodeForm,
  type MailedFormProps,
  SignUpForm,
} from "./mailed-forms.js";
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
export { type SignUpByMailBinding, useSignUpByMail } from "./signup-mail.js";
export { useVerification, type VerificationBinding } from "./verification.js";
