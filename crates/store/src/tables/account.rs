//! The tables of customers: who they are and what opens their account.

use std::time::Duration;

use super::definition::{Definition, InExport, Index, Kind, OnErase, Purge, may, must};

pub(super) const CUSTOMERS: Definition = Definition {
    name: "customers",
    columns: &[
        must("id", Kind::Id),
        must("email", Kind::Text),
        must("email_key", Kind::TextAsBytes),
        may("email_verified_at", Kind::Int),
        must("name", Kind::Text),
        may("phone", Kind::Text),
        may("locale", Kind::Text),
        may("marketing_consent_at", Kind::Int),
        may("disabled_at", Kind::Int),
        must("created_at", Kind::Int),
        must("updated_at", Kind::Int),
        // Counts the changes of everything that `GET /api/user` shows.
        must("version", Kind::Int),
        // Counts the changes of what opens the account: a proof holds for one of them.
        must("credentials_version", Kind::Int).since(22).or(1),
        may("email_undeliverable_at", Kind::Int).since(37),
        #[cfg(feature = "next-step")]
        may("next", Kind::Text).since(crate::steps::NEXT_STEP),
    ],
    key: 1,
    former: &[must("password_hash", Kind::Text).until(25)],
    indexes: &[Index::unique("customers_email_key", &["email_key"])],
    owner: Some("id"),
    on_erase: OnErase::Delete,
    in_export: InExport::As("user"),
    purge: Purge::Nothing { because: "a customer stays until the account is erased" },
};

/// What opens an account, one record for each way. A customer's password is the one with the customer's own id, so that there is
/// one at most.
pub(super) const CREDENTIALS: Definition = Definition {
    name: "credentials",
    columns: &[
        must("customer", Kind::Id),
        must("id", Kind::Id),
        must("kind", Kind::Word),
        // What a way in that names no customer is found by.
        may("lookup", Kind::Hash),
        // The record of a password; for other kinds sealed.
        must("data", Kind::Text),
        must("counter", Kind::Int),
        must("created_at", Kind::Int),
        may("last_used_at", Kind::Int),
    ],
    key: 2,
    former: &[],
    indexes: &[
        Index::unique("credentials_lookup", &["lookup"]),
        Index::for_documents("credentials_customer", &["customer"]),
    ],
    owner: Some("customer"),
    on_erase: OnErase::Delete,
    in_export: InExport::No { because: "secrets, sealed or hashed" },
    purge: Purge::Nothing { because: "they stay as long as their customer" },
};

pub(super) const ADDRESSES: Definition = Definition {
    name: "addresses",
    columns: &[
        must("customer", Kind::Id),
        must("id", Kind::Id),
        must("name", Kind::Text),
        may("company", Kind::Text),
        must("line1", Kind::Text),
        may("line2", Kind::Text),
        may("postal_code", Kind::Text),
        must("city", Kind::Text),
        may("region", Kind::Text),
        must("country", Kind::Word),
        may("phone", Kind::Text),
        must("default_shipping", Kind::Bool),
        must("default_billing", Kind::Bool),
        must("created_at", Kind::Int),
        must("updated_at", Kind::Int),
    ],
    key: 2,
    former: &[],
    indexes: &[Index::for_documents("addresses_customer", &["customer", "created_at", "id"])],
    owner: Some("customer"),
    on_erase: OnErase::Delete,
    in_export: InExport::As("addresses"),
    purge: Purge::Nothing { because: "an address stays until it is removed" },
};

pub(super) const SESSIONS: Definition = Definition {
    name: "sessions",
    columns: &[
        must("id", Kind::Id),
        must("customer", Kind::Id),
        must("mode", Kind::Word),
        must("created_at", Kind::Int),
        must("last_used_at", Kind::Int),
        must("idle_expires_at", Kind::Int),
        must("expires_at", Kind::Int),
        may("device", Kind::Text),
        may("network", Kind::Text),
        may("ended_at", Kind::Int),
        may("end_reason", Kind::Word),
        // The earliest of ending and expiry.
        must("gone_at", Kind::Int),
        must("secret", Kind::Hash),
        // The rotating half in force.
        may("refresh", Kind::Hash),
        // When the customer last proved who it is, and by what; sessions of the first release: at their beginning, by password.
        may("authenticated_at", Kind::Int).since(26),
        may("methods", Kind::Word).since(27),
    ],
    key: 1,
    former: &[],
    indexes: &[
        Index::unique("sessions_secret", &["secret"]),
        Index::on("sessions_customer", &["customer"]),
        Index::on("sessions_gone_at", &["gone_at"]),
    ],
    owner: Some("customer"),
    // The row stays, ended, so that every node goes on refusing its secret.
    on_erase: OnErase::Empty(&["device", "network"]),
    in_export: InExport::As("sessions"),
    purge: Purge::Before("gone_at", |retention| retention.sessions_before.as_millis()),
};

/// Refresh tokens that were used and may still come again within the grace time.
pub(super) const USED_REFRESHES: Definition = Definition {
    name: "used_refreshes",
    columns: &[
        must("session", Kind::Id),
        must("token", Kind::Hash),
        must("used_at", Kind::Int),
        must("sealed_next", Kind::Hash),
    ],
    key: 2,
    former: &[],
    indexes: &[
        Index::for_documents("used_refreshes_session", &["session"]),
        Index::on("used_refreshes_used_at", &["used_at"]),
    ],
    owner: None,
    on_erase: OnErase::Nothing {
        because: "hashes of tokens of a session that has ended; they go within hours",
    },
    in_export: InExport::No { because: "hashes of secrets" },
    // None is asked for when the grace time is over, which is an hour at most.
    purge: Purge::Before("used_at", |retention| {
        (retention.expired_before - Duration::from_secs(2 * 3600)).as_millis()
    }),
};

/// Everything that is proven once, by a code or a link.
pub(super) const CHALLENGES: Definition = Definition {
    name: "challenges",
    columns: &[
        must("subject", Kind::Hash),
        must("purpose", Kind::Word),
        may("customer", Kind::Id),
        must("secret", Kind::Hash),
        must("tries_left", Kind::Int),
        must("created_at", Kind::Int),
        must("expires_at", Kind::Int),
        may("email", Kind::Text).since(38),
    ],
    key: 1,
    former: &[],
    indexes: &[
        Index::on("challenges_customer", &["customer"]),
        Index::on("challenges_expires_at", &["expires_at"]),
    ],
    owner: Some("customer"),
    on_erase: OnErase::Delete,
    in_export: InExport::As("challenges"),
    purge: Purge::Before("expires_at", |retention| retention.expired_before.as_millis()),
};
