"use client";
import type { Customer, SignUpInput } from "@doorstep/client";
import { type FormBinding, type FormOptions, useForm } from "./form.js";

const fields = {
  name: { type: "text", autoComplete: "name" },
  email: { type: "email", autoComplete: "username", autoCapitalize: "none", spellCheck: false },
  password: { type: "password", autoComplete: "new-password" },
  marketingConsent: { type: "checkbox", required: false },
};

export type SignUpFields = keyof SignUpInput;

/** A sign-up form over your own markup. */
export const useSignUp = (options?: FormOptions<Customer>): FormBinding<SignUpFields> =>
  useForm<SignUpInput, Customer>(
    "/api/signup",
    fields,
    (client, values) => client.signUp(values),
    options,
  );
