//! The tables by which the service runs: what was counted, answered, told and signed.

use super::definition::{Definition, InExport, Index, Kind, OnErase, Purge, may, must};

pub(super) const SIGNING_KEYS: Definition = Definition {
    name: "signing_keys",
    columns: &[
        must("generation", Kind::Int),
        must("kid", Kind::Word),
        must("public_key", Kind::Bytes),
        must("sealed_private_key", Kind::Bytes),
        must("created_at", Kind::Int),
        must("signs_from", Kind::Int),
        must("verifies_until", Kind::Int),
    ],
    key: 1,
    former: &[],
    indexes: &[],
    owner: None,
    on_erase: OnErase::Nothing { because: "they are the shop's" },
    in_export: InExport::No { because: "they are the shop's" },
    purge: Purge::Before("verifies_until", |retention| retention.expired_before.as_millis()),
};

pub(super) const IDEMPOTENCY: Definition = Definition {
    name: "idempotency",
    columns: &[
        must("idempotency_key", Kind::Hash),
        must("payload", Kind::Hash),
        must("nonce", Kind::Hash),
        must("customer", Kind::Id),
        must("session", Kind::Id),
        must("created_at", Kind::Int),
        must("expires_at", Kind::Int),
    ],
    key: 1,
    former: &[],
    indexes: &[
        Index::on("idempotency_customer", &["customer"]),
        Index::on("idempotency_expires_at", &["expires_at"]),
    ],
    owner: Some("customer"),
    on_erase: OnErase::Delete,
    in_export: InExport::No { because: "keyed hashes of a request, for a day" },
    purge: Purge::Before("expires_at", |retention| retention.expired_before.as_millis()),
};

pub(super) const ATTEMPTS: Definition = Definition {
    name: "attempts",
    columns: &[
        must("attempt_key", Kind::Hash),
        // In microseconds: when the counter is at rest again (the theoretical arrival time of GCRA).
        must("free_at", Kind::Int),
    ],
    key: 1,
    former: &[],
    indexes: &[Index::on("attempts_free_at", &["free_at"])],
    owner: None,
    on_erase: OnErase::Nothing { because: "keyed hashes that name nobody, for an hour or a day" },
    in_export: InExport::No { because: "keyed hashes that name nobody" },
    purge: Purge::Before("free_at", |retention| retention.expired_before.as_millis().saturating_mul(1000)),
};

/// By time first: the trail grows at one end and is purged from the other.
pub(super) const AUDIT: Definition = Definition {
    name: "audit",
    columns: &[
        must("at", Kind::Int),
        must("id", Kind::Id),
        must("kind", Kind::Word),
        may("customer", Kind::Id),
        may("session", Kind::Id),
        may("network", Kind::Text),
        may("device", Kind::Text),
        // Empty in events of the first release.
        may("actor", Kind::Word).since(28),
        may("detail", Kind::Word).since(29),
    ],
    key: 2,
    former: &[],
    indexes: &[Index::on("audit_customer", &["customer", "at", "id"])],
    owner: Some("customer"),
    on_erase: OnErase::Empty(&["device", "network"]),
    in_export: InExport::As("events"),
    purge: Purge::Before("at", |retention| retention.audit_before.as_millis()),
};

/// What is to be told to somebody outside, until it was.
pub(super) const OUTBOX: Definition = Definition {
    name: "outbox",
    columns: &[
        must("id", Kind::Id),
        must("topic", Kind::Word),
        may("customer", Kind::Id),
        must("payload", Kind::Text),
        must("created_at", Kind::Int),
        // Leased messages are due when the lease is over, dead ones never.
        must("due_at", Kind::Int),
        may("lease", Kind::Id),
        must("attempts", Kind::Int),
        must("dead", Kind::Bool),
        // When an operator had it tried anew that was dead.
        may("retried_at", Kind::Int).since(39),
    ],
    key: 1,
    former: &[],
    indexes: &[Index::on("outbox_due_at", &["due_at"]), Index::on("outbox_customer", &["customer"])],
    owner: Some("customer"),
    on_erase: OnErase::Delete,
    in_export: InExport::As("mails"),
    purge: Purge::Nothing { because: "a message goes when it was sent; dead ones are an operator's matter" },
};

/// At most one move from this database and one to it.
pub(super) const MOVES: Definition = Definition {
    name: "moves",
    columns: &[
        must("direction", Kind::Word),
        must("state", Kind::Word),
        must("other", Kind::Text),
        must("move_id", Kind::Hash),
        must("at", Kind::Int),
    ],
    key: 1,
    former: &[],
    indexes: &[],
    owner: None,
    on_erase: OnErase::Nothing { because: "they are the shop's" },
    in_export: InExport::No { because: "they are the shop's" },
    purge: Purge::Nothing { because: "an operator ends a move" },
};
