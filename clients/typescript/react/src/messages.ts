"use client";
import type { ErrorCode, FieldErrorCode } from "@doorstep/client";

/** Texts by error code. */
export type Messages = { readonly [code in ErrorCode | FieldErrorCode | (string & {})]?: string };
