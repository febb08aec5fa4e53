//! The tables, as a list of steps that only grows: a step that shipped is never edited.
//!
//! One statement a step, because not every database takes back a half-done one. The words in braces are spelled by
//! the dialect. Everything that is compared for equality (ids, hashes, e-mail keys) is bytes: no collation
//! has a say in it. No step declares a foreign key: what must agree is written by one verb in one transaction, and
//! sessions and audit rows outlive their customer on purpose.

/// The table of taken steps. It is made before the first one and is how a database is known to be ours.
pub(crate) const STEPS_TABLE: &str = "doorstep_steps";

pub(crate) const CREATE_STEPS_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS doorstep_steps (step {int} NOT NULL PRIMARY KEY, taken_at {int} NOT NULL)";

pub(crate) const STEPS: &[&str] = &[
    "CREATE TABLE customers (
        id {id} NOT NULL PRIMARY KEY,
        email {text} NOT NULL,
        email_key {key} NOT NULL,
        email_verified_at {int},
        name {text} NOT NULL,
        phone {text},
        locale {text},
        marketing_consent_at {int},
        password_hash {text} NOT NULL,
        disabled_at {int},
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        version {int} NOT NULL
    ) {clustered}",
    "CREATE UNIQUE INDEX customers_email_key ON customers (email_key)",
    // `gone_at` is the earliest of ending and expiry: what purging goes by. `refresh` is the rotating half in force.
    "CREATE TABLE sessions (
        id {id} NOT NULL PRIMARY KEY,
        customer {id} NOT NULL,
        mode {word} NOT NULL,
        created_at {int} NOT NULL,
        last_used_at {int} NOT NULL,
        idle_expires_at {int} NOT NULL,
        expires_at {int} NOT NULL,
        device {text},
        network {text},
        ended_at {int},
        end_reason {word},
        gone_at {int} NOT NULL,
        secret {hash} NOT NULL,
        refresh {hash}
    ) {clustered}",
    "CREATE UNIQUE INDEX sessions_secret ON sessions (secret)",
    "CREATE INDEX sessions_customer ON sessions (customer)",
    "CREATE INDEX sessions_gone_at ON sessions (gone_at)",
    // Refresh tokens that were used and may still come again within the grace time.
    "CREATE TABLE used_refreshes (
        session {id} NOT NULL,
        token {hash} NOT NULL,
        used_at {int} NOT NULL,
        sealed_next {hash} NOT NULL,
        PRIMARY KEY (session, token)
    ) {clustered}",
    "CREATE TABLE addresses (
        customer {id} NOT NULL,
        id {id} NOT NULL,
        name {text} NOT NULL,
        company {text},
        line1 {text} NOT NULL,
        line2 {text},
        postal_code {text},
        city {text} NOT NULL,
        region {text},
        country {word} NOT NULL,
        phone {text},
        default_shipping {int} NOT NULL,
        default_billing {int} NOT NULL,
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        PRIMARY KEY (customer, id)
    ) {clustered}",
    "CREATE TABLE idempotency (
        idempotency_key {hash} NOT NULL PRIMARY KEY,
        payload {hash} NOT NULL,
        nonce {hash} NOT NULL,
        customer {id} NOT NULL,
        session {id} NOT NULL,
        created_at {int} NOT NULL,
        expires_at {int} NOT NULL
    ) {clustered}",
    "CREATE INDEX idempotency_customer ON idempotency (customer)",
    "CREATE INDEX idempotency_expires_at ON idempotency (expires_at)",
    // `free_at` in microseconds: when the counter is at rest again (the theoretical arrival time of GCRA).
    "CREATE TABLE attempts (
        attempt_key {hash} NOT NULL PRIMARY KEY,
        free_at {int} NOT NULL
    ) {clustered}",
    "CREATE INDEX attempts_free_at ON attempts (free_at)",
    // By time first: the trail grows at one end and is purged from the other.
    "CREATE TABLE audit (
        at {int} NOT NULL,
        id {id} NOT NULL,
        kind {word} NOT NULL,
        customer {id},
        session {id},
        network {text},
        device {text},
        PRIMARY KEY (at, id)
    ) {clustered}",
    "CREATE INDEX audit_customer ON audit (customer, at, id)",
    "CREATE TABLE signing_keys (
        generation {int} NOT NULL PRIMARY KEY,
        kid {word} NOT NULL,
        public_key {bytes} NOT NULL,
        sealed_private_key {bytes} NOT NULL,
        created_at {int} NOT NULL,
        signs_from {int} NOT NULL,
        verifies_until {int} NOT NULL
    ) {clustered}",
    // What `doorstep move` remembers: at most one move from this database and one to it.
    "CREATE TABLE moves (
        direction {word} NOT NULL PRIMARY KEY,
        state {word} NOT NULL,
        other {text} NOT NULL,
        move_id {hash} NOT NULL,
        at {int} NOT NULL
    ) {clustered}",
];
