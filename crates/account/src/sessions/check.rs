//! Asks, on every request and whatever carries the session, whether it still lives.

use std::sync::Arc;
use std::time::Duration;

use doorstep_base::{Clock, Code, Secret};
use doorstep_store::{FoundSession, SessionMode, Store};
use doorstep_web::{ApiError, Credential, SignedIn};
use tokio::sync::RwLock;

use super::open::{COOKIE_PREFIX, TOKEN_PREFIX};
use crate::tokens::Tokens;

/// A use is noted at most this often: the idle expiry is that exact, and reading stays reading.
const NOTE_USE_EVERY: Duration = Duration::from_secs(60);

pub struct Checker {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    tokens: Arc<Tokens>,
    idle: Duration,
    /// Every note under way holds it for reading.
    notes: Arc<RwLock<()>>,
}

impl Checker {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, tokens: Arc<Tokens>, idle: Duration) -> Self {
        Self { store, clock, tokens, idle, notes: Arc::default() }
    }

    /// Waits for the notes of use that are under way.
    pub async fn settle(&self) {
        drop(self.notes.write().await);
    }

    /// Who sent this credential, or why it opens nothing.
    pub async fn check(&self, credential: Credential<'_>) -> Result<SignedIn, ApiError> {
        let (found, mode) = match credential {
            Credential::Cookie(text) => {
                (self.find_by_secret(COOKIE_PREFIX, text).await?, SessionMode::Cookie)
            }
            Credential::Bearer(text) if text.starts_with("ds_") => {
                (self.find_by_secret(TOKEN_PREFIX, text).await?, SessionMode::Token)
            }
            Credential::Bearer(text) => {
                let verified = self.tokens.verify(text).await?;
                let found = self.store.find_session(verified.session).await?;
                (found.filter(|found| found.session.customer == verified.customer), SessionMode::Jwt)
            }
        };
        // A secret of the right form that nobody knows was real once: its row went when its time was over.
        let found = found.filter(|found| found.session.mode == mode).ok_or(Code::SessionEnded)?;
        self.accept(found)
    }

    async fn find_by_secret(&self, prefix: &str, text: &str) -> Result<Option<FoundSession>, ApiError> {
        let secret = Secret::from_text(prefix, text).ok_or_else(|| {
            ApiError::new(Code::TokenInvalid)
                .detail("This is not a session token of this server, or it is of another kind.")
        })?;
        Ok(self.store.find_session_by_secret(secret.hash()).await?)
    }

    fn accept(&self, found: FoundSession) -> Result<SignedIn, ApiError> {
        let now = self.clock.now();
        let FoundSession { session, customer } = found;
        let customer = customer.filter(|customer| customer.disabled_at.is_none() && session.is_live(now));
        let customer = customer.ok_or(Code::SessionEnded)?;
        if now.since(session.last_used_at) >= NOTE_USE_EVERY {
            let (store, id, idle_until) =
                (self.store.clone(), session.id, (now + self.idle).min(session.expires_at));
            let under_way = self.notes.clone().try_read_owned();
            // No request waits for the note: reading goes on when the disk is full.
            tokio::spawn(async move {
                let _under_way = under_way;
                if let Err(error) = store.touch_session(id, now, idle_until).await {
                    tracing::warn!(%error, "the use of a session could not be noted");
                }
            });
        }
        Ok(SignedIn { session, customer })
    }
}
