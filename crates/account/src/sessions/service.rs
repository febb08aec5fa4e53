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

    /// Ends the session that asks. One that has ended meanwhile is what was asked for.
    pub async fn log_out(&self, client: &Client, who: &SignedIn) -> Result<(), ApiError> {
        let (customer, id) = (who.customer.id, who.session.id);
        let audit = self.auditor.of(AuditKind::LoggedOut, client, customer, Some(id));
        self.store.end_session(customer, id, EndReason::LoggedOut, self.clock.now(), audit.into()).await?;
        Ok(())
    }

    /// Ends another session of the same customer; somebody else's is not found.
    pub async fn end(&self, client: &Client, who: &SignedIn, id: SessionId) -> Result<(), ApiError> {
        let trail = self.auditor.about(AuditKind::SessionEnded, client, who, id);
        let (reason, now) = (EndReason::EndedByCustomer, self.clock.now());
        match self.store.end_session(who.customer.id, id, reason, now, trail).await? {
            true => Ok(()),
            false => Err(Code::NotFound.into()),
        }
    }

    /// Ends all sessions but the one that asks.
    pub async fn end_others(&self, client: &Client, who: &SignedIn) -> Result<(), ApiError> {
        let trail = self.auditor.by(AuditKind::OtherSessionsEnded, client, who);
        let (keep, reason) = (Some(who.session.id), EndReason::EndedByCustomer);
        self.store.end_sessions(who.customer.id, keep, reason, self.clock.now(), trail).await?;
        Ok(())
    }
}
