//! What an event means to its customer, in one sentence.

use doorstep_base::Sentence;
use doorstep_store::{Actor, AuditKind};

/// `None` for what tells a customer nothing: how Doorstep keeps house, and what is about nobody.
pub fn said(kind: AuditKind, actor: Actor) -> Option<Sentence> {
    use Sentence as S;
    // What both do says who did it. Everything else is the act of one alone.
    let by = |customer, shop| if actor == Actor::Operator { shop } else { customer };
    Some(match kind {
        AuditKind::SignedUp => S::EventSignedUp,
        AuditKind::Imported => S::EventImported,
        AuditKind::LoggedIn => S::EventLoggedIn,
        AuditKind::LoginFailed => S::EventLoginFailed,
        AuditKind::LoginRefusedDisabled => S::EventLoginRefusedDisabled,
        AuditKind::LoginLimited => S::EventLoginLimited,
        AuditKind::LoggedOut => S::EventLoggedOut,
        AuditKind::SessionEnded => by(S::EventSessionEnded, S::EventSessionEndedByShop),
        AuditKind::OtherSessionsEnded => S::EventOtherSessionsEnded,
        AuditKind::RefreshReused => S::EventRefreshReused,
        AuditKind::ProfileChanged => S::EventProfileChanged,
        AuditKind::AddressAdded => S::EventAddressAdded,
        AuditKind::AddressChanged => S::EventAddressChanged,
        AuditKind::AddressRemoved => S::EventAddressRemoved,
        AuditKind::PasswordChanged => S::EventPasswordChanged,
        AuditKind::PasswordCheckFailed => S::EventPasswordCheckFailed,
        AuditKind::DataExported => S::EventDataExported,
        AuditKind::RecoveryAsked => by(S::EventRecoveryAsked, S::EventRecoveryAskedByShop),
        AuditKind::VerificationAsked => by(S::EventVerificationAsked, S::EventVerificationAskedByShop),
        AuditKind::CodeFailed => S::EventCodeFailed,
        AuditKind::PasswordRecovered => S::EventPasswordRecovered,
        AuditKind::EmailVerified => S::EventEmailVerified,
        AuditKind::LoginCodeAsked => S::EventLoginCodeAsked,
        AuditKind::LoginApproved => S::EventLoginApproved,
        AuditKind::AddressClaimed => S::EventAddressClaimed,
        AuditKind::EmailChangeAsked => S::EventEmailChangeAsked,
        AuditKind::EmailChanged => S::EventEmailChanged,
        AuditKind::EmailRestored => S::EventEmailRestored,
        AuditKind::EmailUndeliverable => S::EventEmailUndeliverable,
        AuditKind::AccountShut => S::EventAccountShut,
        AuditKind::AccountDisabled => S::EventAccountDisabled,
        AuditKind::AccountEnabled => S::EventAccountEnabled,
        AuditKind::AddressesProbed
        | AuditKind::PasswordRehashed
        | AuditKind::AccountErased
        | AuditKind::Unknown => return None,
    })
}
