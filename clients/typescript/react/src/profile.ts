"use client";
import type { Customer, DeletionInput, PasswordChange, ProfileChange } from "@doorstep/client";
import { useEffect } from "react";
import { useDoorstep } from "./context.js";
import { type FieldProps, type FormBinding, type FormOptions, useForm } from "./form.js";
import { useSession } from "./session.js";

export type ProfileFields = "name" | "phone" | "locale";

const profileFields = {
  name: { type: "text", autoComplete: "name" },
  phone: { type: "tel", autoComplete: "tel", required: false },
  locale: { type: "text", required: false },
};

export interface ProfileBinding extends FormBinding<ProfileFields> {
  customer: Customer | undefined;
}

/** The customer and a form that sends only what was changed, and never over somebody else's change. */
export function useProfile(options: FormOptions<Customer> = {}): ProfileBinding {
  const { client } = useDoorstep(options.account);
  const { customer } = useSession(options.account);
  const binding = useForm<Record<ProfileFields, string>, Customer>(
    "/api/user",
    profileFields,
    (client, values) => {
      const now = client.getState().customer;
      const change: ProfileChange = {};
      for (const name of Object.keys(values) as ProfileFields[]) {
        const value = values[name].trim();
        // An emptied field is removed; a name cannot be, which the server says better.
        if (value !== (now?.[name] ?? "")) {
          Object.assign(change, { [name]: value || (name === "name" ? "" : null) });
        }
      }
      return client.profile.update(change);
    },
    options,
  );
  // The sign-in may be old: what is edited here should be what the server has.
  useEffect(() => {
    if (client.getState().customer) client.profile.get();
  }, [client]);
  return {
    ...binding,
    customer,
    field: (name): FieldProps & { id: string } => ({
      ...binding.field(name),
      defaultValue: customer?.[name] ?? "",
    }),
  };
}

const passwordFields = {
  currentPassword: { type: "password", autoComplete: "current-password" },
  newPassword: { type: "password", autoComplete: "new-password" },
};

/** A form that changes the password; every other device is signed out by it. */
export const useChangePassword = (options?: FormOptions<void>): FormBinding<keyof PasswordChange> =>
  useForm<PasswordChange, void>(
    "/api/user/password",
    passwordFields,
    (client, values) => client.changePassword(values),
    options,
  );

const deleteFields = { currentPassword: passwordFields.currentPassword };

/** A form that deletes the account for good. */
export const useDeleteAccount = (options?: FormOptions<void>): FormBinding<"currentPassword"> =>
  useForm<DeletionInput, void>(
    "/api/user",
    deleteFields,
    (client, values) => client.deleteAccount(values),
    options,
  );
