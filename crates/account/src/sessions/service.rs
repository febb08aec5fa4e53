//! Lists and ends sessions.

use std::sync::Arc;

use doorstep_base::{Clock, Code, Random, SessionId};
use doorstep_store::{AuditKind, EndReason, Session, Store};
use doorstep_web::{ApiError, Client, SignedIn};

use crate::audit::Auditor;

pub struct Sessions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    auditor: Auditor,
}

impl Sessions {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        let auditor = Auditor::new(clock.clone(), random);
        Self { store, clock, auditor }
    }

    /// The customer's live sessions, most recently used first.
    pub async fn list(&self, who: &SignedIn) -> Result<Vec<Session>, ApiError> {
        Ok(self.store.sessions_of(who.customer.id, self.clock.now()).await?)
    }

    /// Ends the session that asks.
    pub async fn log_out(&self, client: &Client, who: &SignedIn) -> Result<(), ApiError> {
        self.end_one(client, who, who.session.id, EndReason::LoggedOut, AuditKind::LoggedOut).await.map(drop)
    }

    /// Ends another session of the same customer; somebody else's is not found.
    pub async fn end(&self, client: &Client, who: &SignedIn, id: SessionId) -> Result<(), ApiError> {
        match self.end_one(client, who, id, EndReason::EndedByCustomer, AuditKind::SessionEnded).await? {
            true => Ok(()),
            false => Err(Code::NotFound.into()),
        }
    }

    async fn end_one(
        &self,
        client: &Client,
        who: &SignedIn,
        id: SessionId,
        reason: EndReason,
        kind: AuditKind,
    ) -> Result<bool, ApiError> {
        let audit = self.auditor.of(kind, client, who.customer.id, Some(id));
        Ok(self.store.end_session(who.customer.id, id, reason, self.clock.now(), audit.into()).await?)
    }

    /// Ends all sessions but the one that asks.
    pub async fn end_others(&self, client: &Client, who: &SignedIn) -> Result<(), ApiError> {
        let audit =
            self.auditor.of(AuditKind::OtherSessionsEnded, client, who.customer.id, Some(who.session.id));
        self.store
            .end_other_sessions(who.customer.id, who.session.id, self.clock.now(), audit.into())
            .await?;
        Ok(())
    }
}
