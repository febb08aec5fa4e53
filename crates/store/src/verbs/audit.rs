//! The audit trail.

use doorstep_base::{AuditId, CustomerId, SessionId};

use super::Verb;
use crate::records::{Columns, Records, Row, ToCell};
use crate::{AuditEvent, AuditKind, StoreResult, Table};

/// An event that stands for itself.
pub(super) struct RecordEvent(pub AuditEvent);

impl Verb for RecordEvent {
    type Outcome = ();

    fn lane(&self) -> &[u8] {
        self.0.id.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<(), R::Failure> {
        add_event(tx, &self.0).await
    }
}

/// Writes an event in the transaction of the change that it tells.
pub(super) async fn add_event<R: Records>(tx: &mut R, event: &AuditEvent) -> Result<(), R::Failure> {
    tx.add(Table::Audit, columns(event)).await
}

fn columns(event: &AuditEvent) -> Columns {
    let AuditEvent { id, at, kind, customer, session, network, device } = event;
    vec![
        ("at", at.cell()),
        ("id", id.cell()),
        ("kind", kind.cell()),
        ("customer", customer.cell()),
        ("session", session.cell()),
        ("network", network.cell()),
        ("device", device.cell()),
    ]
}

pub(super) fn event(row: &Row) -> StoreResult<AuditEvent> {
    Ok(AuditEvent {
        id: AuditId::from_bytes(row.array("id")?),
        at: row.moment("at")?,
        kind: row.word("kind", AuditKind::from_text)?,
        customer: row.array_if_any("customer")?.map(CustomerId::from_bytes),
        session: row.array_if_any("session")?.map(SessionId::from_bytes),
        network: row.text_if_any("network")?,
        device: row.text_if_any("device")?,
    })
}
