/** The pages of the account, as the menu and the account's own navigation list them. */
export const places = [
  { href: "/account", label: "Profile" },
  { href: "/account/addresses", label: "Addresses" },
  { href: "/account/security", label: "Security" },
  { href: "/account/data", label: "Your data" },
] as const;
