import type { ErrorCode, FieldErrorCode } from "./generated/codes.js";
import type { Customer, MailAsked } from "./types.js";

/** Failures that the kit itself finds: no usable answer of a Doorstep server exists for them, or one that opens no session (`email_unverified`). */
export type ClientErrorCode =
  | "unreachable"
  | "no_answer_in_time"
  | "redirected"
  | "unexpected_answer"
  | "email_unverified"
  | "aborted";

/** Every known code; `string & {}` lets an older kit live with a newer server. */
export type AnyErrorCode = ErrorCode | ClientErrorCode | (string & {});

/** What is wrong with one field. */
export interface FieldError {
  code: FieldErrorCode | (string & {});
  message: string;
}

/** Why a call did not succeed. An unknown `code` is to be treated by its `status`. */
export interface DoorstepError {
  code: AnyErrorCode;
  /** Safe to show to the customer. */
  message: string;
  /** HTTP status; 0 when no answer arrived. */
  status: number;
  fields: Readonly<Record<string, FieldError>>;
  requestId?: string | undefined;
  /** Seconds to wait before another try. */
  retryAfter?: number | undefined;
  /** Development builds only: the likely cause and the line to change, with its DS number. */
  hint?: string;
}

/** What `diagnose()` found between this program and the server. */
export interface Finding {
  /** `DS-01` and so on; undefined where only a symptom can be named. */
  id: string | undefined;
  /** The whole hint: the id, what is wrong, what to do. */
  message: string;
  /** The server's own page about the id; undefined when the server cannot be reached. */
  url: string | undefined;
}

/** The outcome of every call: expected failures are values, never exceptions. */
export type Result<T> =
  | { ok: true; data: T; error?: undefined }
  | { ok: false; error: DoorstepError; data?: undefined };

/**
 * Who is signed in now. `pending`: nobody yet, because the address has to be proven by a mail first; `error` is then `email_unverified`, and
 * its message says so.
 */
export type Entered = Result<Customer> & { pending?: MailAsked };

export interface CallOptions {
  signal?: AbortSignal;
}
