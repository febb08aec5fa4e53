//! Sessions: one row for each signed-in device, whatever carries its secret.

use std::time::Duration;

use async_trait::async_trait;
use doorstep_base::{CustomerId, SecretHash, SessionId, Timestamp};

use crate::{Customer, Proof, Restore, StoreResult, Trail};

/// What carries the session's secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionMode {
    /// Access JWT and rotating refresh token.
    Jwt,
    /// One opaque secret in an HttpOnly cookie.
    Cookie,
    /// One opaque bearer secret.
    Token,
}

impl SessionMode {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::Cookie => "cookie",
            Self::Token => "token",
        }
    }

    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Jwt, Self::Cookie, Self::Token].into_iter().find(|mode| mode.as_str() == text)
    }
}

/// A session's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub customer: CustomerId,
    pub mode: SessionMode,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    /// Moves on with use, never past `expires_at`.
    pub idle_expires_at: Timestamp,
    pub expires_at: Timestamp,
    pub device: Option<String>,
    pub network: Option<String>,
    pub ended_at: Option<Timestamp>,
    /// How, unless a later version has put it in a word of its own.
    pub end_reason: Option<EndReason>,
    /// When the customer last proved who it is, in this session.
    pub authenticated_at: Timestamp,
    /// By what.
    pub methods: Vec<Method>,
    /// The hash of the newest refresh token's rotating half, in jwt mode.
    pub refresh: Option<SecretHash>,
}

/// What a customer can prove who it is by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    Password,
    /// A code or a link that came by mail.
    Mail,
}

impl Method {
    const ALL: [Self; 2] = [Self::Password, Self::Mail];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Mail => "mail",
        }
    }

    /// As they stand in a session's row: words, with spaces between them. One that this version does not know is left out.
    pub(crate) fn list(text: &str) -> Vec<Self> {
        let known = |word: &str| Self::ALL.into_iter().find(|method| method.as_str() == word);
        text.split(' ').filter_map(known).collect()
    }

    pub(crate) fn text(methods: &[Self]) -> String {
        methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(" ")
    }
}

impl Session {
    /// Neither ended nor expired at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.idle_expires_at && now < self.expires_at
    }
}

/// A session to be.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub id: SessionId,
    pub customer: CustomerId,
    pub mode: SessionMode,
    /// Hash of the cookie's or bearer's secret; in jwt mode of the family secret that all its refresh tokens share.
    pub secret: SecretHash,
    /// Only in jwt mode: hash of the rotating half of the first refresh token.
    pub refresh: Option<SecretHash>,
    /// What opens it: [`Session::authenticated_at`] is its beginning.
    pub methods: Vec<Method>,
    pub created_at: Timestamp,
    pub idle_expires_at: Timestamp,
    pub expires_at: Timestamp,
    pub device: Option<String>,
    pub network: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InsertSession {
    Inserted,
    /// The account was erased or disabled, or its password replaced, since the proof. Nothing was written.
    ProofStale,
}

/// A session with its customer. `customer` is `None` when the account was erased.
#[derive(Clone, Debug)]
pub struct FoundSession {
    pub session: Session,
    pub customer: Option<Customer>,
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    LoggedOut,
    EndedByCustomer,
    PasswordChanged,
    RefreshReused,
    AccountDisabled,
    AccountErased,
    TooMany,
    /// The database was made of a backup, in which it was live.
    Restored,
    EndedByOperator,
}

impl EndReason {
    const ALL: [Self; 9] = [
        Self::LoggedOut,
        Self::EndedByCustomer,
        Self::PasswordChanged,
        Self::RefreshReused,
        Self::AccountDisabled,
        Self::AccountErased,
        Self::TooMany,
        Self::Restored,
        Self::EndedByOperator,
    ];

    pub(crate) fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LoggedOut => "logged_out",
            Self::EndedByCustomer => "ended_by_customer",
            Self::PasswordChanged => "password_changed",
            Self::RefreshReused => "refresh_reused",
            Self::AccountDisabled => "account_disabled",
            Self::AccountErased => "account_erased",
            Self::TooMany => "too_many",
            Self::Restored => "restored",
            Self::EndedByOperator => "ended_by_operator",
        }
    }
}

/// One use of a refresh token. Its family secret names the session, its rotating half proves that it is the newest.
#[derive(Clone, Debug)]
pub struct Rotation {
    pub family: SecretHash,
    pub presented: SecretHash,
    pub next: SecretHash,
    /// The next rotating half, readable only with the presented one: what lets a repeated use get the same successor.
    pub sealed_next: [u8; 32],
    pub now: Timestamp,
    /// How long after its use the presented token still gets the same successor.
    pub grace: Duration,
    pub idle_expires_at: Timestamp,
}

#[derive(Clone, Debug)]
pub enum RotationOutcome {
    /// `next` is the newest now.
    Rotated(Box<FoundSession>),
    /// The presented token was replaced within the grace time: here is what its first use sealed.
    SameSuccessor { found: Box<FoundSession>, sealed_next: [u8; 32] },
    /// A genuine token of this family, but an old one: the session has been ended by this call.
    Reused(SessionId),
    /// The session is ended or expired (or its account is gone).
    Ended,
    /// No session has this family.
    Unknown,
}

#[async_trait]
pub trait Sessions: Send + Sync {
    /// Opens a session for a proven customer and restores the counters of the attempt that it was; when more than `most`
    /// live sessions stand, the least recently used end. All with the audit row, in one step.
    ///
    /// Race: against `replace_password`, `set_disabled` and `erase_customer` one of the two comes first; a proof
    /// that they made stale opens nothing.
    async fn insert_session(
        &self,
        session: NewSession,
        proof: Proof,
        most: u32,
        restore: Vec<Restore>,
        trail: Trail,
    ) -> StoreResult<InsertSession>;

    /// By the secret that a request carried. Ended and expired sessions are found too: the caller looks at the clock.
    /// A call that starts after an ending was acknowledged, on any node, sees the ending.
    async fn find_session_by_secret(&self, secret: SecretHash) -> StoreResult<Option<FoundSession>>;

    /// By id, for a request that carried a signed access token. Same promise.
    async fn find_session(&self, id: SessionId) -> StoreResult<Option<FoundSession>>;

    /// Notes a use of a live session. Never moves a time back, never revives. Not a security event.
    async fn touch_session(
        &self,
        id: SessionId,
        now: Timestamp,
        idle_expires_at: Timestamp,
    ) -> StoreResult<()>;

    /// Uses a refresh token once. `reuse_trail` is written only with `Reused`, and its event names the session and its customer,
    /// whom the caller does not know.
    ///
    /// Race: of any number of callers with one token, exactly one is told `Rotated`; the others get
    /// `SameSuccessor` with what that one sealed. An ending that was acknowledged before always wins.
    async fn rotate_refresh_token(
        &self,
        rotation: Rotation,
        reuse_trail: Trail,
    ) -> StoreResult<RotationOutcome>;

    /// The live sessions of a customer, most recently used first.
    async fn sessions_of(&self, customer: CustomerId, now: Timestamp) -> StoreResult<Vec<Session>>;

    /// Ends one session of the customer. `false` when there is no live one of this id: the audit row is then not written.
    async fn end_session(
        &self,
        customer: CustomerId,
        id: SessionId,
        reason: EndReason,
        now: Timestamp,
        trail: Trail,
    ) -> StoreResult<bool>;

    /// Ends all sessions of the customer, but for `keep`; returns how many that were. One that opens meanwhile comes before and
    /// ends too, or after.
    async fn end_sessions(
        &self,
        customer: CustomerId,
        keep: Option<SessionId>,
        reason: EndReason,
        now: Timestamp,
        trail: Trail,
    ) -> StoreResult<u64>;
}
