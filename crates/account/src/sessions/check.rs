//! Asks, on every request and whatever carries the session, whether it still lives.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use doorstep_base::{Clock, Code, Secret, SessionId, Timestamp};
use doorstep_store::{FoundSession, SessionMode, Store};
use doorstep_web::{ApiError, Credential, SignedIn};
use tokio::sync::RwLock;

use super::open::{COOKIE_PREFIX, TOKEN_PREFIX};
use crate::tokens::Tokens;

/// What bearers without a meaning of their own begin with; all others are access tokens.
const OPAQUE: &str = "ds_";
/// A use is noted at most this often: the idle expiry is that exact, and reading stays reading.
const NOTE_USE_EVERY: Duration = Duration::from_secs(60);

pub struct Checker {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    tokens: Arc<Tokens>,
    idle: Duration,
    /// Every note under way holds it for reading.
    notes: Arc<RwLock<()>>,
    /// Whose use is being noted: a database that is slow must not be asked once for each request.
    noting: Arc<Mutex<HashSet<SessionId>>>,
}

impl Checker {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, tokens: Arc<Tokens>, idle: Duration) -> Self {
        Self { store, clock, tokens, idle, notes: Arc::default(), noting: Arc::default() }
    }

    /// Waits for the notes of use that are under way.
    pub async fn settle(&self) {
        drop(self.notes.write().await);
    }

    /// Who sent this credential, or why it opens nothing.
    pub async fn check(&self, credential: Credential<'_>) -> Result<SignedIn, ApiError> {
        if let Credential::Bearer(text) = credential
            && !text.starts_with(OPAQUE)
        {
            self.tokens.verify(text).await?;
        }
        // A secret of the right form that nobody knows was real once: its row went when its time was over.
        self.accept(self.find(&credential).await?.ok_or(Code::SessionEnded)?)
    }

    /// The session that a credential is of, whether it lives or not, and whether an access token's time is over or not. `None`
    /// for a secret that this database never gave out, or has forgotten.
    pub async fn find(&self, credential: &Credential<'_>) -> Result<Option<FoundSession>, ApiError> {
        match credential {
            Credential::Cookies(texts) => self.find_among(texts).await,
            Credential::Bearer(text) if text.starts_with(OPAQUE) => {
                self.find_by_secret(SessionMode::Token, TOKEN_PREFIX, text).await
            }
            Credential::Bearer(text) => {
                let verified = self.tokens.whose(text).await?;
                let found = self.store.find_session(verified.session).await?;
                let is_its = |found: &FoundSession| found.session.customer == verified.customer;
                Ok(found.filter(|found| is_its(found) && found.session.mode == SessionMode::Jwt))
            }
        }
    }

    /// Of several cookies of our name all but one are planted, or left over from another time: what lives is the customer's. Of
    /// two that live the newer is, but only of one customer: nobody shall act in an account that somebody slipped in.
    async fn find_among(&self, texts: &[&str]) -> Result<Option<FoundSession>, ApiError> {
        let (mut unreadable, mut ended, mut own) = (Vec::new(), None, None::<FoundSession>);
        for text in texts {
            match self.find_by_secret(SessionMode::Cookie, COOKIE_PREFIX, text).await {
                Ok(Some(found)) if found.session.is_live(self.clock.now()) => {
                    if own.as_ref().is_some_and(|own| own.session.customer != found.session.customer) {
                        return Err(several());
                    }
                    let is_newer = |own: &FoundSession| own.session.created_at < found.session.created_at;
                    own = if own.as_ref().is_none_or(is_newer) { Some(found) } else { own };
                }
                Ok(found) => ended = ended.or(found),
                Err(error) if error.code() == Code::TokenInvalid => unreadable.push(error),
                Err(error) => return Err(error),
            }
        }
        let is_none_readable = unreadable.len() == texts.len();
        match unreadable.pop() {
            Some(error) if is_none_readable => Err(error),
            _ => Ok(own.or(ended)),
        }
    }

    async fn find_by_secret(
        &self,
        mode: SessionMode,
        prefix: &str,
        text: &str,
    ) -> Result<Option<FoundSession>, ApiError> {
        let secret = Secret::from_text(prefix, text).ok_or_else(|| {
            ApiError::new(Code::TokenInvalid)
                .detail("This is not a session token of this server, or it is of another kind.")
        })?;
        let found = self.store.find_session_by_secret(secret.hash()).await?;
        Ok(found.filter(|found| found.session.mode == mode))
    }

    fn accept(&self, found: FoundSession) -> Result<SignedIn, ApiError> {
        let now = self.clock.now();
        let FoundSession { mut session, customer } = found;
        let customer = customer.filter(|customer| customer.disabled_at.is_none() && session.is_live(now));
        let customer = customer.ok_or(Code::SessionEnded)?;
        if now.since(session.last_used_at) >= NOTE_USE_EVERY {
            self.note_use(session.id, now, (now + self.idle).min(session.expires_at));
            session.last_used_at = now;
        }
        Ok(SignedIn { session, customer })
    }

    /// No request waits for the note: reading goes on when the disk is full.
    fn note_use(&self, id: SessionId, now: Timestamp, idle_until: Timestamp) {
        if !sessions(&self.noting).insert(id) {
            return;
        }
        let (store, noting) = (self.store.clone(), self.noting.clone());
        let under_way = self.notes.clone().try_read_owned();
        tokio::spawn(async move {
            let _under_way = (under_way, Noting { noting, id });
            if let Err(error) = store.touch_session(id, now, idle_until).await {
                tracing::warn!(%error, "the use of a session could not be noted");
            }
        });
    }
}

/// One note under way, however it ends.
struct Noting {
    noting: Arc<Mutex<HashSet<SessionId>>>,
    id: SessionId,
}

impl Drop for Noting {
    fn drop(&mut self) {
        sessions(&self.noting).remove(&self.id);
    }
}

fn sessions(noting: &Mutex<HashSet<SessionId>>) -> MutexGuard<'_, HashSet<SessionId>> {
    noting.lock().unwrap_or_else(PoisonError::into_inner)
}

fn several() -> ApiError {
    ApiError::new(Code::TokenInvalid)
        .detail("The request has session cookies of several customers. Clear the cookies of this site and sign in again.")
}
