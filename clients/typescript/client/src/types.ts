/** A customer as the server shows it to the customer. */
export interface Customer {
  id: string;
  name: string;
  email: string;
  emailVerified: boolean;
  phone?: string | null;
  locale?: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface SignUpInput {
  name: string;
  email: string;
  password: string;
  marketingConsent?: boolean;
}

export interface LoginInput {
  email: string;
  password: string;
}

export interface ProfileChange {
  name?: string;
  phone?: string | null;
  locale?: string | null;
}

export interface PasswordChange {
  currentPassword: string;
  newPassword: string;
}

/** One signed-in device. */
export interface DeviceSession {
  id: string;
  current: boolean;
  createdAt: string;
  lastUsedAt: string;
  device: string;
  network: string;
}

export interface AddressInput {
  name: string;
  line1: string;
  line2?: string | null;
  postalCode: string;
  city: string;
  region?: string | null;
  country: string;
  phone?: string | null;
  defaultShipping?: boolean;
  defaultBilling?: boolean;
}

export type AddressChange = Partial<AddressInput>;

export interface Address extends AddressInput {
  id: string;
}

/** What a form needs to know before it asks. */
export type Policy = Record<string, unknown>;
