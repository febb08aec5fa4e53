//! The collections, as a list of steps that only grows: a step that shipped is never edited.
//!
//! `_id` is the whole primary key: a value, or a document of several whose order belongs to it.
//! A step can be taken again at any time: it makes what is missing and leaves what is there. A validator refuses a document of
//! another shape, whoever writes it. Everything that is unique is so by an index of bytes, without a collation.

use mongodb::bson::{Document, doc};

pub(super) const CUSTOMERS: &str = "customers";
pub(super) const SESSIONS: &str = "sessions";
pub(super) const USED_REFRESHES: &str = "used_refreshes";
pub(super) const ADDRESSES: &str = "addresses";
pub(super) const IDEMPOTENCY: &str = "idempotency";
pub(super) const ATTEMPTS: &str = "attempts";
pub(super) const AUDIT: &str = "audit";
pub(super) const SIGNING_KEYS: &str = "signing_keys";
pub(super) const MOVES: &str = "moves";
pub(super) const CAPTURE: &str = "capture";
/// The collection of taken steps. It is made before the first one and is how a database is known to be ours.
pub(super) const STEPS_COLLECTION: &str = "doorstep_steps";

pub(super) const CUSTOMERS_EMAIL_KEY: &str = "customers_email_key";

/// One collection: what its documents look like, and how they are found.
pub(super) struct Step {
    pub collection: &'static str,
    /// Name and type of each field; `?` marks one that may be empty.
    pub fields: &'static [(&'static str, &'static str)],
    pub indexes: &'static [Index],
}

pub(super) struct Index {
    pub name: &'static str,
    pub keys: &'static [&'static str],
    pub unique: bool,
}

const fn index(name: &'static str, keys: &'static [&'static str]) -> Index {
    Index { name, keys, unique: false }
}

const fn unique(name: &'static str, keys: &'static [&'static str]) -> Index {
    Index { name, keys, unique: true }
}

pub(super) const STEPS: &[Step] = &[
    // `turn` counts what must not happen at once: logins, and whatever makes a proven password stale.
    Step {
        collection: CUSTOMERS,
        fields: &[
            ("_id", "binData"),
            ("email", "string"),
            ("email_key", "binData"),
            ("email_verified_at", "long?"),
            ("name", "string"),
            ("phone", "string?"),
            ("locale", "string?"),
            ("marketing_consent_at", "long?"),
            ("password_hash", "string"),
            ("disabled_at", "long?"),
            ("created_at", "long"),
            ("updated_at", "long"),
            ("version", "long"),
            ("turn", "long"),
        ],
        indexes: &[unique(CUSTOMERS_EMAIL_KEY, &["email_key"])],
    },
    // `gone_at` is the earliest of ending and expiry: what purging goes by. `refresh` is the rotating half in force.
    Step {
        collection: SESSIONS,
        fields: &[
            ("_id", "binData"),
            ("customer", "binData"),
            ("mode", "string"),
            ("created_at", "long"),
            ("last_used_at", "long"),
            ("idle_expires_at", "long"),
            ("expires_at", "long"),
            ("device", "string?"),
            ("network", "string?"),
            ("ended_at", "long?"),
            ("end_reason", "string?"),
            ("gone_at", "long"),
            ("secret", "binData"),
            ("refresh", "binData?"),
        ],
        indexes: &[
            unique("sessions_secret", &["secret"]),
            index("sessions_customer", &["customer"]),
            index("sessions_gone_at", &["gone_at"]),
        ],
    },
    // Refresh tokens that were used and may still come again within the grace time. `_id`: session, token.
    Step {
        collection: USED_REFRESHES,
        fields: &[("_id", "object"), ("used_at", "long"), ("sealed_next", "binData")],
        indexes: &[index("used_refreshes_session", &["_id.session"])],
    },
    // `_id`: customer, id.
    Step {
        collection: ADDRESSES,
        fields: &[
            ("_id", "object"),
            ("name", "string"),
            ("company", "string?"),
            ("line1", "string"),
            ("line2", "string?"),
            ("postal_code", "string?"),
            ("city", "string"),
            ("region", "string?"),
            ("country", "string"),
            ("phone", "string?"),
            ("default_shipping", "bool"),
            ("default_billing", "bool"),
            ("created_at", "long"),
            ("updated_at", "long"),
        ],
        indexes: &[index("addresses_customer", &["_id.customer", "created_at", "_id.id"])],
    },
    Step {
        collection: IDEMPOTENCY,
        fields: &[
            ("_id", "binData"),
            ("payload", "binData"),
            ("nonce", "binData"),
            ("customer", "binData"),
            ("session", "binData"),
            ("created_at", "long"),
            ("expires_at", "long"),
        ],
        indexes: &[
            index("idempotency_customer", &["customer"]),
            index("idempotency_expires_at", &["expires_at"]),
        ],
    },
    // `free_at` in microseconds: when the counter is at rest again (the theoretical arrival time of GCRA).
    Step {
        collection: ATTEMPTS,
        fields: &[("_id", "binData"), ("free_at", "long")],
        indexes: &[index("attempts_free_at", &["free_at"])],
    },
    // `_id`: at, id. By time first: the trail grows at one end and is purged from the other.
    Step {
        collection: AUDIT,
        fields: &[
            ("_id", "object"),
            ("kind", "string"),
            ("customer", "binData?"),
            ("session", "binData?"),
            ("network", "string?"),
            ("device", "string?"),
        ],
        indexes: &[index("audit_customer", &["customer", "_id"])],
    },
    Step {
        collection: SIGNING_KEYS,
        fields: &[
            ("_id", "long"),
            ("kid", "string"),
            ("public_key", "binData"),
            ("sealed_private_key", "binData"),
            ("created_at", "long"),
            ("signs_from", "long"),
            ("verifies_until", "long"),
        ],
        indexes: &[],
    },
    // What `doorstep move` remembers: at most one move from this database and one to it. `_id`: the direction.
    Step {
        collection: MOVES,
        fields: &[
            ("_id", "string"),
            ("state", "string"),
            ("other", "string"),
            ("move_id", "binData"),
            ("at", "long"),
        ],
        indexes: &[],
    },
    // How far changes were read that are captured: one document, or none when they are not. `read_to` is a resume token.
    Step {
        collection: CAPTURE,
        fields: &[("_id", "string"), ("read_to", "binData"), ("looks", "long")],
        indexes: &[],
    },
];

impl Step {
    pub fn validator(&self) -> Document {
        let mut properties = Document::new();
        for (name, kind) in self.fields {
            let types = match kind.strip_suffix('?') {
                Some(kind) => doc! { "bsonType": [kind, "null"] },
                None => doc! { "bsonType": *kind },
            };
            properties.insert(*name, types);
        }
        let names: Vec<&str> = self.fields.iter().map(|(name, _)| *name).collect();
        doc! { "$jsonSchema": {
            "bsonType": "object",
            "required": names,
            "properties": properties,
            "additionalProperties": false,
        } }
    }
}
