//! The audit trail.

use async_trait::async_trait;
use doorstep_base::{AuditId, CustomerId, SessionId};

use super::SqlStore;
use super::db::{Row, Tx};
use super::value::values;
use crate::{Audit, AuditEvent, AuditKind, StoreResult};

#[async_trait]
impl Audit for SqlStore {
    async fn record(&self, event: AuditEvent) -> StoreResult<()> {
        self.db.write(event, |tx, event| Box::pin(insert_event(tx, event))).await
    }

    async fn audit_of(&self, customer: CustomerId, limit: u32) -> StoreResult<Vec<AuditEvent>> {
        let newest = "SELECT id, at, kind, customer, session, network, device FROM audit \
                      WHERE customer = ? ORDER BY at DESC, id DESC LIMIT ?";
        self.db.all(newest, values![customer, limit], event).await
    }
}

/// Writes an event in the transaction of the change that it tells.
pub(super) async fn insert_event(tx: &mut Tx<'_>, event: &AuditEvent) -> StoreResult<()> {
    let AuditEvent { id, at, kind, customer, session, network, device } = event;
    let insert =
        "INSERT INTO audit (id, at, kind, customer, session, network, device) VALUES (?, ?, ?, ?, ?, ?, ?)";
    tx.execute(insert, values![id, at, kind, customer, session, network, device]).await?;
    Ok(())
}

fn event(row: &mut Row<'_>) -> StoreResult<AuditEvent> {
    Ok(AuditEvent {
        id: AuditId::from_bytes(row.array()?),
        at: row.moment()?,
        kind: row.word(AuditKind::from_text)?,
        customer: row.array_if_any()?.map(CustomerId::from_bytes),
        session: row.array_if_any()?.map(SessionId::from_bytes),
        network: row.text_if_any()?,
        device: row.text_if_any()?,
    })
}
