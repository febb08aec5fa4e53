//! Made-up customers, sessions and events. No two have an id, a secret or an address in common.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use doorstep_base::crypto::sha256;
use doorstep_base::{AddressId, AuditId, CustomerId, SecretHash, SessionId, Timestamp};
use doorstep_store::{
    Actor, AddressFields, AuditEvent, AuditKind, Idempotency, InsertSession, Method, NewCustomer, NewSession,
    Proof, SessionMode, SignupOutcome, Store,
};

pub const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
pub const MINUTE: Duration = Duration::from_secs(60);
pub const HOUR: Duration = Duration::from_secs(3600);
pub const DAY: Duration = Duration::from_secs(86_400);

/// Texts that mean something to some database, driver, page or mail, and must mean nothing here. (One with U+0000 is
/// refused: see `customers::text_with_nul_is_refused_and_writes_nothing`.)
pub const HOSTILE: &[&str] = &[
    "'",
    "\"",
    "\\",
    "%",
    "_",
    "' OR '1'='1",
    "'; DROP TABLE customers; --",
    "$ne",
    "{\"$gt\":\"\"}",
    "$1 ?1 :name @name ?",
    "\u{1}\u{7f}",
    "🦀🏳️‍🌈",
    "José",
    "Jose\u{301}",
    "straße",
    "trailing ",
    "trailing",
    " leading",
    "TRAILING",
    "\r\n\t",
    "\u{202e}evil",
    "\u{feff}bom",
    "NULL",
    "",
];

/// What no other call returned.
pub fn bytes<const N: usize>() -> [u8; N] {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    // With the process, because a test may write to one database from several.
    sha256(format!("{} {number}", std::process::id()).as_bytes())[..N].try_into().unwrap()
}

pub fn hash() -> SecretHash {
    SecretHash(bytes())
}

pub fn customer() -> NewCustomer {
    let id = CustomerId::from_bytes(bytes());
    NewCustomer {
        id,
        email: format!("Mike.{id}@Example.com"),
        email_key: format!("mike.{id}@example.com"),
        name: "Mike".to_owned(),
        phone: Some("+4930901820".to_owned()),
        locale: Some("de-AT".to_owned()),
        marketing_consent_at: Some(NOW),
        password_hash: Some(format!("$argon2id$v=19$m=19456,t=2,p=1${id}")),
        created_at: NOW,
    }
}

pub fn session(customer: CustomerId, mode: SessionMode) -> NewSession {
    NewSession {
        id: SessionId::from_bytes(bytes()),
        customer,
        mode,
        secret: hash(),
        refresh: (mode == SessionMode::Jwt).then(hash),
        methods: vec![Method::Password],
        created_at: NOW,
        idle_expires_at: NOW + DAY,
        expires_at: NOW + 30 * DAY,
        device: Some("Firefox on Linux".to_owned()),
        network: Some("127.0.0.0/24".to_owned()),
    }
}

pub fn idempotency(customer: &NewCustomer, session: SessionId) -> Idempotency {
    Idempotency {
        key: hash(),
        payload: hash(),
        nonce: bytes(),
        customer: customer.id,
        session,
        created_at: NOW,
        expires_at: NOW + DAY,
    }
}

pub fn address() -> (AddressId, AddressFields) {
    let fields = AddressFields {
        name: "Mike".to_owned(),
        company: Some("ACME".to_owned()),
        line1: "1 High Street".to_owned(),
        line2: None,
        postal_code: Some("1010".to_owned()),
        city: "Wien".to_owned(),
        region: None,
        country: "AT".to_owned(),
        phone: Some("+431".to_owned()),
    };
    (AddressId::from_bytes(bytes()), fields)
}

pub fn event(kind: AuditKind, customer: CustomerId) -> AuditEvent {
    AuditEvent {
        id: AuditId::from_bytes(bytes()),
        at: NOW,
        kind,
        customer: Some(customer),
        session: None,
        network: Some("127.0.0.0/24".to_owned()),
        device: Some("Firefox on Linux".to_owned()),
        actor: Actor::Customer,
        detail: None,
    }
}

/// Of a customer whose credentials are as they were at sign-up.
pub fn proof(customer: &NewCustomer) -> Proof {
    Proof { customer: customer.id, credentials_version: 1 }
}

/// The same, from before a change that never was.
pub fn stale_proof(customer: &NewCustomer) -> Proof {
    Proof { customer: customer.id, credentials_version: 0 }
}

/// A customer who has signed up, without a session.
pub async fn signed_up(store: &Arc<dyn Store>) -> NewCustomer {
    let new = customer();
    let audit = event(AuditKind::SignedUp, new.id);
    let outcome = store.insert_customer_unless_taken(new.clone(), None, None, audit.into()).await.unwrap();
    assert_eq!(outcome, SignupOutcome::Inserted);
    new
}

/// A new session of the customer.
pub async fn logged_in(store: &Arc<dyn Store>, customer: &NewCustomer, mode: SessionMode) -> NewSession {
    let new = session(customer.id, mode);
    log_in(store, customer, new.clone()).await;
    new
}

pub async fn log_in(store: &Arc<dyn Store>, customer: &NewCustomer, session: NewSession) {
    let audit = event(AuditKind::LoggedIn, customer.id);
    let outcome = store.insert_session(session, proof(customer), 1000, vec![], audit.into()).await.unwrap();
    assert_eq!(outcome, InsertSession::Inserted);
}

/// Whether a request with this session's secret would be let in at `now`.
pub async fn lets_in(store: &Arc<dyn Store>, session: &NewSession, now: Timestamp) -> bool {
    let found = store.find_session_by_secret(session.secret).await.unwrap().unwrap();
    found.session.is_live(now) && found.customer.is_some()
}

/// The kinds of a customer's audit rows, in the order of their names.
pub async fn trail(store: &Arc<dyn Store>, customer: CustomerId) -> Vec<&'static str> {
    let rows = store.audit_of(customer, 1000).await.unwrap();
    let mut kinds: Vec<_> = rows.iter().map(|row| row.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds
}
