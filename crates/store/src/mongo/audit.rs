//! The audit trail.

use async_trait::async_trait;
use doorstep_base::{AuditId, CustomerId, SessionId};
use mongodb::bson::{Document, RawDocument, RawDocumentBuf, doc};

use super::MongoStore;
use super::documents::{Field, Fields, refuse_nul};
use super::failure::Failure;
use super::schema::AUDIT;
use super::tx::Tx;
use crate::{Audit, AuditEvent, AuditKind, StoreResult};

#[async_trait]
impl Audit for MongoStore {
    async fn record(&self, event: AuditEvent) -> StoreResult<()> {
        let audit = self.db.collection(AUDIT);
        let event = document(&event);
        refuse_nul(&event)?;
        let insert = async move {
            audit.insert_one(RawDocumentBuf::try_from(event)?).await?;
            Ok(())
        };
        self.db.run(insert).await
    }

    async fn audit_of(&self, customer: CustomerId, limit: u32) -> StoreResult<Vec<AuditEvent>> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let newest = doc! { "_id": -1 };
        let found =
            self.db.find_all(AUDIT, doc! { "customer": customer.bson() }, newest, limit.into()).await?;
        found.iter().map(|document| event(document)).collect()
    }
}

/// Writes an event in the transaction of the change that it tells.
pub(super) async fn insert_event(tx: &mut Tx, event: &AuditEvent) -> Result<(), Failure> {
    tx.insert(AUDIT, document(event)).await
}

fn document(event: &AuditEvent) -> Document {
    let AuditEvent { id, at, kind, customer, session, network, device } = event;
    doc! {
        "_id": { "at": at.bson(), "id": id.bson() },
        "kind": kind.bson(),
        "customer": customer.bson(),
        "session": session.bson(),
        "network": network.bson(),
        "device": device.bson(),
    }
}

fn event(document: &RawDocument) -> StoreResult<AuditEvent> {
    let fields = Fields(document);
    let key = fields.fields("_id")?;
    Ok(AuditEvent {
        id: AuditId::from_bytes(key.array("id")?),
        at: key.moment("at")?,
        kind: fields.word("kind", AuditKind::from_text)?,
        customer: fields.array_if_any("customer")?.map(CustomerId::from_bytes),
        session: fields.array_if_any("session")?.map(SessionId::from_bytes),
        network: fields.text_if_any("network")?,
        device: fields.text_if_any("device")?,
    })
}
