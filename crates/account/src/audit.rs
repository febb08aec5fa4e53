//! Makes the rows of the audit trail.

use std::sync::Arc;

use doorstep_base::{Clock, CustomerId, Random, SessionId, new_id};
use doorstep_store::{Acting, Actor, AuditEvent, AuditKind, Trail};
use doorstep_web::{Client, SignedIn};

#[derive(Clone)]
pub struct Auditor {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    actor: Actor,
}

impl Auditor {
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { clock, random, actor: Actor::Customer }
    }

    /// The same, for what somebody else does than whoever asks by the API.
    pub fn acting(self, actor: Actor) -> Self {
        Self { actor, ..self }
    }

    /// An event of nobody yet.
    pub fn event(&self, kind: AuditKind, client: &Client) -> AuditEvent {
        metrics::counter!("doorstep_events_total", "kind" => kind.as_str()).increment(1);
        AuditEvent {
            id: new_id(&*self.clock, &*self.random),
            at: self.clock.now(),
            kind,
            customer: None,
            session: None,
            network: Some(client.network.clone()).filter(|network| !network.is_empty()),
            device: client.device.clone(),
            actor: self.actor,
            detail: None,
        }
    }

    pub fn of(
        &self,
        kind: AuditKind,
        client: &Client,
        customer: CustomerId,
        session: Option<SessionId>,
    ) -> AuditEvent {
        AuditEvent { customer: Some(customer), session, ..self.event(kind, client) }
    }

    /// What a signed-in customer leaves: it is written only while the session lives.
    pub fn by(&self, kind: AuditKind, client: &Client, who: &SignedIn) -> Trail {
        self.about(kind, client, who, who.session.id)
    }

    /// The same, about another session of the customer.
    pub fn about(&self, kind: AuditKind, client: &Client, who: &SignedIn, session: SessionId) -> Trail {
        let acting = Acting { session: who.session.id, proof: who.customer.proof(), now: self.clock.now() };
        let audit = self.of(kind, client, who.customer.id, Some(session));
        Trail { acting: Some(acting), ..audit.into() }
    }
}
