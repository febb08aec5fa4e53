//! Customers: who they are and what opens their account.

use async_trait::async_trait;
use doorstep_base::{CustomerId, SecretHash, SessionId, Timestamp};

use crate::{NewSession, StoreResult, Trail};

/// A customer's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    pub id: CustomerId,
    /// As typed, for sending.
    pub email: String,
    /// Canonical: unique, compared as bytes.
    pub email_key: String,
    pub email_verified_at: Option<Timestamp>,
    pub name: String,
    pub phone: Option<String>,
    pub locale: Option<String>,
    pub marketing_consent_at: Option<Timestamp>,
    pub disabled_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Counts the changes of everything that `GET /api/user` shows; the ETag is made of it.
    pub version: i64,
    /// Counts the changes of what opens the account.
    pub credentials_version: i64,
    /// Since when a mail server says that it takes nothing for this address.
    pub email_undeliverable_at: Option<Timestamp>,
}

/// What was proven: that somebody is this customer, by credentials as they were at this version. Whatever changes them makes
/// the proof stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    pub customer: CustomerId,
    pub credentials_version: i64,
}

impl Customer {
    /// The proof of whoever has just shown one of this customer's credentials. They must be read after the customer: newer ones
    /// only make the proof stale.
    pub fn proof(&self) -> Proof {
        Proof { customer: self.id, credentials_version: self.credentials_version }
    }
}

/// A customer to be; `version` starts at 1 and `updated_at` at `created_at`.
#[derive(Clone, Debug)]
pub struct NewCustomer {
    pub id: CustomerId,
    pub email: String,
    pub email_key: String,
    pub name: String,
    pub phone: Option<String>,
    pub locale: Option<String>,
    pub marketing_consent_at: Option<Timestamp>,
    /// PHC string (or an imported hash in its own format). A customer need not have a password.
    pub password_hash: Option<String>,
    pub created_at: Timestamp,
}

/// What makes a repeated sign-up or change of password answer as the first did. It holds neither the request nor the tokens: the
/// session's secrets can be derived again from `nonce`, the caller's key and the server's master key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// Hash of route and key.
    pub key: SecretHash,
    /// Keyed hash of the request's fields without the password.
    pub payload: SecretHash,
    pub nonce: [u8; 32],
    pub customer: CustomerId,
    pub session: SessionId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignupOutcome {
    Inserted,
    /// Another customer has this `email_key`. Nothing was written.
    EmailTaken,
    /// The idempotency key was used before and has not expired. Nothing was written.
    KeyUsed,
}

/// The profile after a change: `None` leaves a field, `Some(None)` empties it.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    pub name: Option<String>,
    pub phone: Option<Option<String>>,
    pub locale: Option<Option<String>>,
    /// When consent to marketing was given; `Some(None)` withdraws it.
    pub marketing_consent_at: Option<Option<Timestamp>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateProfile {
    Updated(Box<Customer>),
    /// `expected_version` is not the current one. Nothing was written.
    ChangedMeanwhile,
    Missing,
}

/// A new password for a customer who was just proven.
#[derive(Clone, Debug)]
pub struct ReplacePassword {
    pub proof: Proof,
    pub replacement: String,
    /// What the customer goes on with: all that stood before end, whatever carries them.
    pub session: Option<NewSession>,
    /// What lets the request come again.
    pub idempotency: Option<Idempotency>,
    pub now: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordOutcome {
    Replaced,
    /// Another password stands than the one that was proven, or the account is gone. Nothing was written.
    ProofStale,
    /// The idempotency key was used before and has not expired. Nothing was written.
    KeyUsed,
}

#[async_trait]
pub trait Customers: Send + Sync {
    /// Creates the customer, the first session (when one is asked for), the idempotency record and the audit
    /// row: all or nothing. The key is looked at before the address.
    ///
    /// Race: of any number of callers with one `email_key`, exactly one is told `Inserted`; of any number with
    /// one idempotency key at most one, and after it the others are told `KeyUsed`. An expired idempotency record is replaced.
    async fn insert_customer_unless_taken(
        &self,
        customer: NewCustomer,
        session: Option<NewSession>,
        idempotency: Option<Idempotency>,
        trail: Trail,
    ) -> StoreResult<SignupOutcome>;

    /// The record of an idempotency key that has not expired at `now`.
    async fn find_idempotency(&self, key: SecretHash, now: Timestamp) -> StoreResult<Option<Idempotency>>;

    async fn find_customer(&self, id: CustomerId) -> StoreResult<Option<Customer>>;

    /// By canonical key, compared as bytes.
    async fn find_customer_by_email(&self, email_key: &str) -> StoreResult<Option<Customer>>;

    /// The customers with the highest ids, highest first, at most `limit`. Ids begin with their moment (UUID version 7): these
    /// are the newest, found without an index of their own.
    async fn newest_customers(&self, limit: u32) -> StoreResult<Vec<Customer>>;

    /// Changes the profile and adds one to `version`.
    ///
    /// Race: with `expected_version`, of two callers that expect the same version one is told `ChangedMeanwhile`.
    async fn update_profile(
        &self,
        customer: CustomerId,
        expected_version: Option<i64>,
        change: ProfileChange,
        now: Timestamp,
        trail: Trail,
    ) -> StoreResult<UpdateProfile>;

    /// The record of the customer's password, if there is one.
    async fn find_password(&self, customer: CustomerId) -> StoreResult<Option<String>>;

    /// Replaces the password (or sets the first one), ends every session, opens the new one and leaves the trail, in one step;
    /// earlier idempotency records of the customer go too.
    ///
    /// Race: of two callers with one proof, one succeeds. No session that was opened by the former password
    /// outlives this call: see [`crate::Sessions::insert_session`].
    async fn replace_password(&self, change: ReplacePassword, trail: Trail) -> StoreResult<PasswordOutcome>;

    /// Stores a stronger record of the same password, unless the proof is stale. It does not become so by this. Sessions live on.
    async fn rehash_password(&self, proof: Proof, replacement: &str, trail: Trail) -> StoreResult<bool>;

    /// Notes that the customer's address takes no mail, if it still is the one with this key. `false` when it was noted before, or is another.
    async fn mark_undeliverable(
        &self,
        customer: CustomerId,
        email_key: &str,
        now: Timestamp,
        trail: Trail,
    ) -> StoreResult<bool>;

    /// Ends every session and takes the password away: only a recovery opens the account then. `false` when there is no such customer.
    async fn shut_account(&self, customer: CustomerId, now: Timestamp, trail: Trail) -> StoreResult<bool>;

    /// Disables (`Some`) or enables (`None`) the account. Disabling ends every session in the same step.
    /// `false` when there is no such customer.
    async fn set_disabled(
        &self,
        customer: CustomerId,
        disabled_at: Option<Timestamp>,
        now: Timestamp,
        trail: Trail,
    ) -> StoreResult<bool>;

    /// Erases the customer: the row, credentials, addresses and idempotency records go, sessions end and lose device and
    /// network, audit rows lose device and network and keep the (now meaningless) id. One step.
    /// What becomes of each table's records stands with the table. `false` when the proof is stale or there is no such customer.
    async fn erase_customer(&self, proof: Proof, now: Timestamp, trail: Trail) -> StoreResult<bool>;
}

impl NewCustomer {
    /// The row as it stands right after the insert.
    pub fn into_customer(self) -> Customer {
        Customer {
            id: self.id,
            email: self.email,
            email_key: self.email_key,
            email_verified_at: None,
            name: self.name,
            phone: self.phone,
            locale: self.locale,
            marketing_consent_at: self.marketing_consent_at,
            disabled_at: None,
            created_at: self.created_at,
            updated_at: self.created_at,
            version: 1,
            credentials_version: 1,
            email_undeliverable_at: None,
        }
    }
}
