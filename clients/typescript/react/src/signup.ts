"use client";
import type { Customer, SignUpInput } from "@doorstep/client";
import { type FormBinding, type FormOptions, useForm } from "./form.js";

export const signUpFields = {
  name: { type: "text", autoComplete: "name" },
  email: { type: "email", autoComplete: "username", autoCapitalize: "none", spellCheck: false },
  password: { type: "password", autoComplete: "new-password" },
  marketingConsent: { type: "checkbox", required: false },
};

export type SignUpFields = keyof SignUpInput;

/** A sign-up form over your own markup. Where the address is proven first, `failure` says that a mail is on its way: `useSignUpByMail` goes on. */
export const useSignUp = (options?: FormOptions<Customer>): FormBinding<SignUpFields> =>
  useForm<SignUpInput, Customer>(
    "/api/signup",
    signUpFields,
    (client, values) => client.signUp(values),
    options,
  );
