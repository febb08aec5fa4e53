//! The pages behind the links of mails, for everybody and without a script. Looking at one changes nothing, however often and by whatever
//! a mail provider uses to look: what a link is for happens when its page is posted, with the page's own nonce.

pub mod email;
pub mod login;
mod page;
pub mod recover;
pub mod secure;
pub mod undo;
pub mod verify;

pub use page::told;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use doorstep_base::Code;
use doorstep_store::{AuditKind, Challenge, Customer, Purpose};
use doorstep_web::{ApiError, Caller, Fields};

use crate::Account;
use crate::mail::Slip;

/// Of the trail, read at a time.
const EVENTS: u32 = 100;

/// The `token` of the address; empty where there is none.
pub struct Token(String);

impl<S: Sync> FromRequestParts<S> for Token {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        // Nothing in a token needs to be decoded.
        let named = |pair: &str| pair.strip_prefix("token=").map(str::to_owned);
        let token = parts.uri.query().into_iter().flat_map(|query| query.split('&')).find_map(named);
        Ok(Self(token.unwrap_or_default()))
    }
}

/// What every form of these pages sends: the link's token, with the nonce that shows that the page was read, from a page of this
/// server's own.
fn read(account: &Account, caller: &Caller, fields: &mut Fields) -> Result<String, ApiError> {
    account.config.web.origins.check(&caller.headers)?;
    let [token, nonce] = ["token", "nonce"].map(|name| fields.raw_text(name).unwrap_or_default());
    let now = account.recovery.clock.now();
    if account.mail.slips.is_nonce(&nonce, &token, now) {
        Ok(token)
    } else {
        Err(ApiError::new(Code::CsrfRefused)
            .detail("Open the link of the mail once more, and use the form of its page."))
    }
}

impl Account {
    /// What a link leads to, if it is still good.
    async fn link(&self, purpose: Purpose, token: &str) -> Result<Option<(Slip, Challenge)>, ApiError> {
        let now = self.recovery.clock.now();
        let Some((presented, slip)) = self.mail.slips.by_link(purpose, token, now) else { return Ok(None) };
        let challenge = self.recovery.store.find_challenge(presented).await?;
        Ok(challenge.map(|challenge| (slip, challenge)))
    }

    /// Whose notice it is, if it is still good: its link ends everything once, and not what a recovery has begun since.
    async fn noticed(&self, token: &str) -> Result<Option<Customer>, ApiError> {
        let read = self.mail.slips.by_notice(token, self.recovery.clock.now());
        let Some((customer, sent)) = read.filter(|_| self.mail.is_on()) else { return Ok(None) };
        let store = &self.recovery.store;
        let mut before = None;
        loop {
            let events = store.audit_before(customer, before, EVENTS).await?;
            let since = || events.iter().take_while(|event| event.at >= sent);
            if since()
                .any(|event| matches!(event.kind, AuditKind::PasswordRecovered | AuditKind::AccountShut))
            {
                return Ok(None);
            }
            match events.last() {
                Some(last) if last.at >= sent => before = Some((last.at, last.id)),
                _ => return Ok(store.find_customer(customer).await?),
            }
        }
    }
}
