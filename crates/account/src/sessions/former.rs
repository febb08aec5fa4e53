//! A browser keeps one session cookie: the session that a new one pushes out of it ends.

use std::sync::Arc;

use async_trait::async_trait;
use doorstep_store::SessionMode;
use doorstep_web::{AfterEntry, Caller, CookieName, Credential, NewEntry};

use super::{Checker, Sessions};

pub struct EndFormer {
    pub checker: Arc<Checker>,
    pub sessions: Arc<Sessions>,
    pub cookie: CookieName,
}

#[async_trait]
impl AfterEntry for EndFormer {
    async fn entered(&self, caller: &Caller, entry: NewEntry) {
        if entry.mode != SessionMode::Cookie {
            return;
        }
        let Ok(credential @ Credential::Cookies(_)) = Credential::read(&caller.headers, self.cookie) else {
            return;
        };
        let Ok(who) = self.checker.check(credential).await else { return };
        // A sign-up that came again, with the cookie of its first answer.
        if who.session.id == entry.session {
            return;
        }
        if self.sessions.log_out(&caller.client, &who).await.is_err() {
            tracing::warn!(session = %who.session.id, "a session that was pushed out of its browser could not be ended");
        }
    }
}
