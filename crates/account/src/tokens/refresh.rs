//! Refresh tokens: `ds_refresh_`, the family secret that all tokens of a session share, and a half that rotates.
//!
//! The family secret finds the session and proves that a token was once genuine; the rotating half proves that it is
//! the newest. So an old token is recognised without keeping every token that ever was. For the grace window the
//! store keeps the successor under a pad that only the replaced token can undo: two tabs that refresh at once
//! get the same successor, and a dump of the database gets none.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_base::{Clock, Code, CustomerId, Random, Secret, Timestamp};
use doorstep_mail::Kind;
use doorstep_store::{AuditKind, FoundSession, Rotation, RotationOutcome, SessionMode, Store, Trail};
use doorstep_web::{ApiError, Caller, Hint, Limits, Whose};

use super::Tokens;
use crate::audit::Auditor;
use crate::hints;
use crate::mail::Mail;

const PREFIX: &str = "ds_refresh_";
const PAD: &str = "refresh successor";

/// One refresh token, taken apart.
pub struct RefreshToken {
    pub family: Secret,
    pub rotating: Secret,
}

impl RefreshToken {
    pub fn to_text(&self) -> String {
        let both = [*self.family.expose(), *self.rotating.expose()].concat();
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(both))
    }

    pub fn from_text(text: &str) -> Option<Self> {
        let encoded = text.strip_prefix(PREFIX).filter(|encoded| encoded.len() == 86)?;
        let both = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        let (family, rotating) = both.split_first_chunk::<32>()?;
        Some(Self { family: Secret::new(*family), rotating: Secret::new(rotating.try_into().ok()?) })
    }
}

/// What a refresh gives.
pub struct Refreshed {
    pub token: String,
    pub expires_at: Timestamp,
    pub refresh_token: String,
    /// When somebody else has used the same token just before.
    pub hint: Option<Hint>,
}

pub struct Refresh {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    tokens: Arc<Tokens>,
    limits: Arc<Limits>,
    mail: Arc<Mail>,
    auditor: Auditor,
    idle: Duration,
}

impl Refresh {
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        tokens: Arc<Tokens>,
        limits: Arc<Limits>,
        mail: Arc<Mail>,
        idle: Duration,
    ) -> Self {
        let auditor = Auditor::new(clock.clone(), random.clone());
        Self { store, clock, random, tokens, limits, mail, auditor, idle }
    }

    /// Uses a refresh token and gives its successor.
    pub async fn refresh(&self, caller: &Caller, presented: &str) -> Result<Refreshed, ApiError> {
        let presented = RefreshToken::from_text(presented);
        let customer = self.count(caller, presented.as_ref()).await?;
        let presented = presented.ok_or_else(|| {
            ApiError::new(Code::TokenInvalid)
                .detail("Send the refreshToken of a sign-up, login or refresh in jwt mode.")
        })?;
        let now = self.clock.now();
        let next = Secret::random(&*self.random);
        let rotation = Rotation {
            family: presented.family.hash(),
            presented: presented.rotating.hash(),
            next: next.hash(),
            sealed_next: presented.rotating.pad(PAD, *next.expose()),
            now,
            grace: self.tokens.config.refresh_grace,
            idle_expires_at: now + self.idle,
        };
        let audit = self.auditor.event(AuditKind::RefreshReused, &caller.client);
        let told = customer.map(|customer| self.mail.notice(Kind::RefreshReused, &caller.client, customer));
        let reuse = Trail { outbox: told.unwrap_or_default(), ..audit.into() };
        match self.store.rotate_refresh_token(rotation, reuse).await? {
            RotationOutcome::Rotated(found) => self.answer(&found, presented.family, next),
            RotationOutcome::SameSuccessor { found, sealed_next } => {
                let next = Secret::new(presented.rotating.pad(PAD, sealed_next));
                let hint = hints::refreshed_twice(self.tokens.config.refresh_grace);
                Ok(Refreshed { hint: Some(hint), ..self.answer(&found, presented.family, next)? })
            }
            RotationOutcome::Reused(session) => {
                tracing::warn!(%session, "a refresh token was used again after its successor: the session has been ended");
                Err(ApiError::new(Code::RefreshReused).because(hints::refresh_reused()))
            }
            RotationOutcome::Ended | RotationOutcome::Unknown => Err(Code::SessionEnded.into()),
        }
    }

    /// Whoever holds the family secret of a live session has a budget of their own, and its account one for all of them: neighbours who send nonsense must not keep
    /// them out. No secret of this length is guessed, so it may be looked up uncounted, like that of any session.
    async fn count(
        &self,
        caller: &Caller,
        presented: Option<&RefreshToken>,
    ) -> Result<Option<CustomerId>, ApiError> {
        let found = match presented {
            Some(presented) => self.store.find_session_by_secret(presented.family.hash()).await?,
            None => None,
        };
        let live = found.filter(|found| found.session.is_live(self.clock.now()));
        let ids = live.map(|found| (found.session.id, found.session.customer));
        let whose = ids.as_ref().map_or(Whose::Unknown, |(session, customer)| Whose::SessionOf {
            session: session.as_bytes(),
            account: customer.as_bytes(),
        });
        self.limits.count(caller, whose).await?;
        Ok(ids.map(|(_, customer)| customer))
    }

    fn answer(&self, found: &FoundSession, family: Secret, rotating: Secret) -> Result<Refreshed, ApiError> {
        let session = &found.session;
        let is_open = session.mode == SessionMode::Jwt && session.is_live(self.clock.now());
        if !is_open || found.customer.as_ref().is_none_or(|customer| customer.disabled_at.is_some()) {
            return Err(Code::SessionEnded.into());
        }
        let (token, expires_at) = self.tokens.issue(session.customer, session.id)?;
        let refresh_token = RefreshToken { family, rotating }.to_text();
        Ok(Refreshed { token, expires_at, refresh_token, hint: None })
    }
}
