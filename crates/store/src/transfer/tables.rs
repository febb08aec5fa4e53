//! What a shop's records are made of, table by table, whatever the engine.
//!
//! The columns of the primary key come first. Ids and hashes have one length each, so that every database sorts them alike.

/// A table, or whatever an engine keeps its records in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    SigningKeys,
    Customers,
    Addresses,
    Sessions,
    UsedRefreshes,
    Idempotency,
    Attempts,
    Audit,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Int,
    Text,
    /// 16 bytes.
    Id,
    /// 32 bytes.
    Hash,
    /// Any number of bytes.
    Bytes,
    /// UTF-8 that is kept as bytes, because it is compared as such.
    TextAsBytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    /// Whether it may be [`Cell::Null`](super::Cell::Null).
    pub optional: bool,
}

const fn must(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, optional: false }
}

const fn may(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, optional: true }
}

impl Table {
    /// In the order in which they are copied.
    pub const ALL: [Self; 8] = [
        Self::SigningKeys,
        Self::Customers,
        Self::Addresses,
        Self::Sessions,
        Self::UsedRefreshes,
        Self::Idempotency,
        Self::Attempts,
        Self::Audit,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::SigningKeys => "signing_keys",
            Self::Customers => "customers",
            Self::Addresses => "addresses",
            Self::Sessions => "sessions",
            Self::UsedRefreshes => "used_refreshes",
            Self::Idempotency => "idempotency",
            Self::Attempts => "attempts",
            Self::Audit => "audit",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::SigningKeys => SIGNING_KEYS,
            Self::Customers => CUSTOMERS,
            Self::Addresses => ADDRESSES,
            Self::Sessions => SESSIONS,
            Self::UsedRefreshes => USED_REFRESHES,
            Self::Idempotency => IDEMPOTENCY,
            Self::Attempts => ATTEMPTS,
            Self::Audit => AUDIT,
        }
    }

    /// The columns of the primary key: the first ones.
    pub fn key_columns(self) -> &'static [Column] {
        let count = match self {
            Self::Addresses | Self::UsedRefreshes | Self::Audit => 2,
            _ => 1,
        };
        &self.columns()[..count]
    }

    /// The place of the column that is unique besides the key.
    pub fn unique_column(self) -> Option<usize> {
        let name = match self {
            Self::Customers => "email_key",
            Self::Sessions => "secret",
            _ => return None,
        };
        self.columns().iter().position(|column| column.name == name)
    }
}

const SIGNING_KEYS: &[Column] = &[
    must("generation", Kind::Int),
    must("kid", Kind::Text),
    must("public_key", Kind::Bytes),
    must("sealed_private_key", Kind::Bytes),
    must("created_at", Kind::Int),
    must("signs_from", Kind::Int),
    must("verifies_until", Kind::Int),
];

const CUSTOMERS: &[Column] = &[
    must("id", Kind::Id),
    must("email", Kind::Text),
    must("email_key", Kind::TextAsBytes),
    may("email_verified_at", Kind::Int),
    must("name", Kind::Text),
    may("phone", Kind::Text),
    may("locale", Kind::Text),
    may("marketing_consent_at", Kind::Int),
    must("password_hash", Kind::Text),
    may("disabled_at", Kind::Int),
    must("created_at", Kind::Int),
    must("updated_at", Kind::Int),
    must("version", Kind::Int),
];

const ADDRESSES: &[Column] = &[
    must("customer", Kind::Id),
    must("id", Kind::Id),
    must("name", Kind::Text),
    may("company", Kind::Text),
    must("line1", Kind::Text),
    may("line2", Kind::Text),
    may("postal_code", Kind::Text),
    must("city", Kind::Text),
    may("region", Kind::Text),
    must("country", Kind::Text),
    may("phone", Kind::Text),
    must("default_shipping", Kind::Int),
    must("default_billing", Kind::Int),
    must("created_at", Kind::Int),
    must("updated_at", Kind::Int),
];

const SESSIONS: &[Column] = &[
    must("id", Kind::Id),
    must("customer", Kind::Id),
    must("mode", Kind::Text),
    must("created_at", Kind::Int),
    must("last_used_at", Kind::Int),
    must("idle_expires_at", Kind::Int),
    must("expires_at", Kind::Int),
    may("device", Kind::Text),
    may("network", Kind::Text),
    may("ended_at", Kind::Int),
    may("end_reason", Kind::Text),
    must("gone_at", Kind::Int),
    must("secret", Kind::Hash),
    may("refresh", Kind::Hash),
];

const USED_REFRESHES: &[Column] = &[
    must("session", Kind::Id),
    must("token", Kind::Hash),
    must("used_at", Kind::Int),
    must("sealed_next", Kind::Hash),
];

const IDEMPOTENCY: &[Column] = &[
    must("idempotency_key", Kind::Hash),
    must("payload", Kind::Hash),
    must("nonce", Kind::Hash),
    must("customer", Kind::Id),
    must("session", Kind::Id),
    must("created_at", Kind::Int),
    must("expires_at", Kind::Int),
];

const ATTEMPTS: &[Column] = &[must("attempt_key", Kind::Hash), must("free_at", Kind::Int)];

const AUDIT: &[Column] = &[
    must("at", Kind::Int),
    must("id", Kind::Id),
    must("kind", Kind::Text),
    may("customer", Kind::Id),
    may("session", Kind::Id),
    may("network", Kind::Text),
    may("device", Kind::Text),
];
