//! The audit trail: one row for each security event, committed with the change that it tells.

use async_trait::async_trait;
use doorstep_base::{AuditId, CustomerId, SessionId, Timestamp};

use crate::StoreResult;

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
}

macro_rules! audit_kinds {
    ($($name:ident = $text:literal),* $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum AuditKind { $($name),* }

        impl AuditKind {
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
            pub(crate) fn from_text(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
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
    AccountDisabled = "account_disabled",
    AccountEnabled = "account_enabled",
    AccountErased = "account_erased",
}

#[async_trait]
pub trait Audit: Send + Sync {
    /// Adds an event that stands for itself (a failure changes nothing else).
    async fn record(&self, event: AuditEvent) -> StoreResult<()>;

    /// The newest events of a customer, newest first, at most `limit`.
    async fn audit_of(&self, customer: CustomerId, limit: u32) -> StoreResult<Vec<AuditEvent>>;
}
