-- A database as the first release (schema step 17) left it: one customer with a session in token mode.
-- The words in braces are spelled by whoever runs it; {x …} are bytes.
CREATE TABLE doorstep_steps (step {int} NOT NULL PRIMARY KEY, taken_at {int} NOT NULL);
CREATE TABLE customers (
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
) {clustered};
CREATE UNIQUE INDEX customers_email_key ON customers (email_key);
CREATE TABLE sessions (
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
) {clustered};
CREATE UNIQUE INDEX sessions_secret ON sessions (secret);
CREATE INDEX sessions_customer ON sessions (customer);
CREATE INDEX sessions_gone_at ON sessions (gone_at);
CREATE TABLE used_refreshes (
    session {id} NOT NULL,
    token {hash} NOT NULL,
    used_at {int} NOT NULL,
    sealed_next {hash} NOT NULL,
    PRIMARY KEY (session, token)
) {clustered};
CREATE TABLE addresses (
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
) {clustered};
CREATE TABLE idempotency (
    idempotency_key {hash} NOT NULL PRIMARY KEY,
    payload {hash} NOT NULL,
    nonce {hash} NOT NULL,
    customer {id} NOT NULL,
    session {id} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL
) {clustered};
CREATE INDEX idempotency_customer ON idempotency (customer);
CREATE INDEX idempotency_expires_at ON idempotency (expires_at);
CREATE TABLE attempts (
    attempt_key {hash} NOT NULL PRIMARY KEY,
    free_at {int} NOT NULL
) {clustered};
CREATE INDEX attempts_free_at ON attempts (free_at);
CREATE TABLE audit (
    at {int} NOT NULL,
    id {id} NOT NULL,
    kind {word} NOT NULL,
    customer {id},
    session {id},
    network {text},
    device {text},
    PRIMARY KEY (at, id)
) {clustered};
CREATE INDEX audit_customer ON audit (customer, at, id);
CREATE TABLE signing_keys (
    generation {int} NOT NULL PRIMARY KEY,
    kid {word} NOT NULL,
    public_key {bytes} NOT NULL,
    sealed_private_key {bytes} NOT NULL,
    created_at {int} NOT NULL,
    signs_from {int} NOT NULL,
    verifies_until {int} NOT NULL
) {clustered};
CREATE TABLE moves (
    direction {word} NOT NULL PRIMARY KEY,
    state {word} NOT NULL,
    other {text} NOT NULL,
    move_id {hash} NOT NULL,
    at {int} NOT NULL
) {clustered};
INSERT INTO doorstep_steps (step, taken_at) VALUES (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 0), (12, 0), (13, 0), (14, 0), (15, 0), (16, 0), (17, 0);
INSERT INTO customers (id, email, email_key, name, password_hash, created_at, updated_at, version)
VALUES ({x 01010101010101010101010101010101}, 'Ada@example.com', {x 616461406578616d706c652e636f6d}, 'Ada', '$former', 1, 1, 7);
INSERT INTO sessions (id, customer, mode, created_at, last_used_at, idle_expires_at, expires_at, gone_at, secret)
VALUES ({x 02020202020202020202020202020202}, {x 01010101010101010101010101010101}, 'token', 1, 2, 1900000000000, 1900000000000, 1900000000000, {x 0303030303030303030303030303030303030303030303030303030303030303});
INSERT INTO audit (at, id, kind, customer) VALUES (1, {x 04040404040404040404040404040404}, 'imported', {x 01010101010101010101010101010101});
