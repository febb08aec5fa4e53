//! The audit trail.

use doorstep_base::{AuditId, CustomerId, SessionId};

use super::Verb;
use super::outbox::add_message;
use crate::records::{Columns, Records, Row, ToCell};
use crate::{Actor, AuditEvent, AuditKind, Detail, StoreResult, Table, Trail};

/// No customer has this id.
const NOBODY: CustomerId = CustomerId::from_bytes([0; 16]);

/// An event that stands for itself.
pub(super) struct RecordEvent(pub Trail);

impl Verb for RecordEvent {
    type Outcome = ();

    fn trail(&self) -> Option<&Trail> {
        Some(&self.0)
    }

    fn lane(&self) -> &[u8] {
        let event = &self.0.audit;
        match &event.customer {
            Some(customer) => customer.as_bytes(),
            None => event.id.as_bytes(),
        }
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<(), R::Failure> {
        let mut trail = self.0.clone();
        // An erasure comes before this turn, and nothing personal may follow it; or after the commit, and takes it along.
        // Nobody's turn is taken too: the time of a login that failed must not tell whether there is such a customer.
        let is_there = tx.take_turn(trail.audit.customer.unwrap_or(NOBODY), &[]).await?;
        if trail.audit.customer.is_some() && !is_there {
            (trail.audit.network, trail.audit.device) = (None, None);
        }
        add_trail(tx, &trail).await
    }
}

/// Writes what a change leaves, in its transaction.
pub(super) async fn add_trail<R: Records>(tx: &mut R, trail: &Trail) -> Result<(), R::Failure> {
    add_event(tx, &trail.audit).await?;
    add_messages(tx, trail).await
}

pub(super) async fn add_messages<R: Records>(tx: &mut R, trail: &Trail) -> Result<(), R::Failure> {
    for message in &trail.outbox {
        add_message(tx, message).await?;
    }
    Ok(())
}

pub(super) async fn add_event<R: Records>(tx: &mut R, event: &AuditEvent) -> Result<(), R::Failure> {
    tx.add(Table::Audit, columns(event)).await
}

fn columns(event: &AuditEvent) -> Columns {
    let AuditEvent { id, at, kind, customer, session, network, device, actor, detail } = event;
    vec![
        ("at", at.cell()),
        ("id", id.cell()),
        ("kind", kind.cell()),
        ("customer", customer.cell()),
        ("session", session.cell()),
        ("network", network.cell()),
        ("device", device.cell()),
        ("actor", actor.cell()),
        ("detail", detail.map(Detail::text).cell()),
    ]
}

pub(super) fn event(row: &Row) -> StoreResult<AuditEvent> {
    let kind = row.word("kind", |text| Some(AuditKind::from_text(text)))?;
    Ok(AuditEvent {
        id: AuditId::from_bytes(row.array("id")?),
        at: row.moment("at")?,
        kind,
        customer: row.array_if_any("customer")?.map(CustomerId::from_bytes),
        session: row.array_if_any("session")?.map(SessionId::from_bytes),
        network: row.text_if_any("network")?,
        device: row.text_if_any("device")?,
        actor: row.str_if_any("actor")?.and_then(Actor::from_text).unwrap_or(Actor::of(kind)),
        detail: row.str_if_any("detail")?.and_then(Detail::from_text),
    })
}
