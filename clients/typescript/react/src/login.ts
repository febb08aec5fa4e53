"use client";
import type { Customer, LoginInput } from "@doorstep/client";
import { type FormBinding, type FormOptions, useForm } from "./form.js";

const fields = {
  email: { type: "email", autoComplete: "username", autoCapitalize: "none", spellCheck: false },
  password: { type: "password", autoComplete: "current-password" },
};

export type LoginFields = keyof LoginInput;

/** A login form over your own markup. */
export const useLogin = (options?: FormOptions<Customer>): FormBinding<LoginFields> =>
  useForm<LoginInput, Customer>(
    "/api/login",
    fields,
    (client, values) => client.login(values),
    options,
  );
