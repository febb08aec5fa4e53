//! The audit trail: one row for each security event, committed with the change that it tells.

use async_trait::async_trait;
use doorstep_base::{AuditId, CustomerId, SessionId, Timestamp};

use crate::{EndReason, NewMessage, Proof, StoreResult};

/// What a writing verb leaves besides the change itself, in the same transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// Whoever acts by a session. Without one it is an operator, Doorstep itself, or somebody who is only now being let in.
    pub acting: Option<Acting>,
    pub audit: AuditEvent,
    /// What is to be told to somebody outside.
    pub outbox: Vec<NewMessage>,
}

impl From<AuditEvent> for Trail {
    fn from(audit: AuditEvent) -> Self {
        Self { acting: None, audit, outbox: Vec::new() }
    }
}

/// Who acts by a session. Nothing is written for it, or it is [`StoreError::SessionOver`](crate::StoreError::SessionOver), unless at the
/// commit that session lives, the customer is enabled, and what opens the account is what the session was let in by: a
/// request may have waited since, for its body or in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acting {
    pub session: SessionId,
    pub proof: Proof,
    pub now: Timestamp,
}

/// One row of the trail. It never holds a secret; its personal parts go when the customer is erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    pub id: AuditId,
    pub at: Timestamp,
    pub kind: AuditKind,
    pub customer: Option<CustomerId>,
    pub session: Option<SessionId>,
    pub network: Option<String>,
    pub device: Option<String>,
    /// Who acted.
    pub actor: Actor,
    pub detail: Option<Detail>,
}

/// Who did what an event tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Whoever asks by the API: the customer, or somebody who wants to be.
    Customer,
    Operator,
    /// Doorstep by itself.
    System,
    /// A former system, whose data was taken over.
    Import,
}

impl Actor {
    const ALL: [Self; 4] = [Self::Customer, Self::Operator, Self::System, Self::Import];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Operator => "operator",
            Self::System => "system",
            Self::Import => "import",
        }
    }

    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|actor| actor.as_str() == text)
    }

    /// Events of the first release do not say it, but only one can have done what they tell.
    pub(crate) const fn of(kind: AuditKind) -> Self {
        match kind {
            AuditKind::Imported => Self::Import,
            AuditKind::AccountDisabled | AuditKind::AccountEnabled => Self::Operator,
            _ => Self::Customer,
        }
    }
}

/// The one thing that an event may add to its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// How a session ended.
    Reason(EndReason),
    /// How many sessions ended.
    Sessions(u64),
    /// How often it happened.
    Count(u64),
}

impl Detail {
    pub fn text(self) -> String {
        match self {
            Self::Reason(reason) => format!("reason {}", reason.as_str()),
            Self::Sessions(count) => format!("sessions {count}"),
            Self::Count(count) => format!("count {count}"),
        }
    }

    /// `None` for what a later version says.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        match text.split_once(' ')? {
            ("reason", reason) => EndReason::from_text(reason).map(Self::Reason),
            ("sessions", count) => count.parse().ok().map(Self::Sessions),
            ("count", count) => count.parse().ok().map(Self::Count),
            _ => None,
        }
    }
}

macro_rules! audit_kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum AuditKind { $($(#[$doc])* $name),* }

        impl AuditKind {
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
            pub(crate) fn from_text(text: &str) -> Self {
                match text { $($text => Self::$name,)* _ => Self::Unknown }
            }
        }
    };
}

audit_kinds! {
    SignedUp = "signed_up",
    Imported = "imported",
    LoggedIn = "logged_in",
    LoginFailed = "login_failed",
    LoginRefusedDisabled = "login_refused_disabled",
    /// Attempts that a limit refused, in one row for each account and a while.
    LoginLimited = "login_limited",
    /// Sign-up said "taken" more often than people forget that they have an account.
    AddressesProbed = "addresses_probed",
    LoggedOut = "logged_out",
    SessionEnded = "session_ended",
    OtherSessionsEnded = "other_sessions_ended",
    RefreshReused = "refresh_reused",
    ProfileChanged = "profile_changed",
    AddressAdded = "address_added",
    AddressChanged = "address_changed",
    AddressRemoved = "address_removed",
    PasswordChanged = "password_changed",
    PasswordRehashed = "password_rehashed",
    PasswordCheckFailed = "password_check_failed",
    DataExported = "data_exported",
    /// Somebody asked for a mail to this customer.
    RecoveryAsked = "recovery_asked",
    VerificationAsked = "verification_asked",
    /// A code that was wrong.
    CodeFailed = "code_failed",
    PasswordRecovered = "password_recovered",
    EmailVerified = "email_verified",
    /// Somebody wanted the customer's address for another account.
    AddressClaimed = "address_claimed",
    LoginCodeAsked = "login_code_asked",
    /// Whoever read the mail has let in the device that asked.
    LoginApproved = "login_approved",
    EmailChangeAsked = "email_change_asked",
    EmailChanged = "email_changed",
    /// The former address was taken back by the link of the mail that came there.
    EmailRestored = "email_restored",
    /// A mail server takes nothing for the customer's address.
    EmailUndeliverable = "email_undeliverable",
    /// The customer ended everything by the link of a notice.
    AccountShut = "account_shut",
    AccountDisabled = "account_disabled",
    AccountEnabled = "account_enabled",
    AccountErased = "account_erased",
    /// Of a later version, whose nodes run beside this one. Never written.
    Unknown = "unknown",
}

#[async_trait]
pub trait Audit: Send + Sync {
    /// Adds an event that stands for itself (a failure changes nothing else). What it says of network and device stays only if its
    /// customer stands.
    ///
    /// Race: against `erase_customer` one of the two comes first; nothing personal is left either way.
    async fn record(&self, trail: Trail) -> StoreResult<()>;

    /// The newest events of a customer, newest first, at most `limit`.
    async fn audit_of(&self, customer: CustomerId, limit: u32) -> StoreResult<Vec<AuditEvent>> {
        self.audit_before(customer, None, limit).await
    }

    /// Erasures later than `at`, the oldest first, at most `limit`: when, and whose.
    async fn erasures_after(&self, at: Timestamp, limit: u32) -> StoreResult<Vec<(Timestamp, CustomerId)>>;

    /// The events of a customer, newest first, of those that are older than the one at `before`: page by page nothing is missed and nothing told
    /// twice, whatever is added meanwhile.
    async fn audit_before(
        &self,
        customer: CustomerId,
        before: Option<(Timestamp, AuditId)>,
        limit: u32,
    ) -> StoreResult<Vec<AuditEvent>>;
}
