//! What makes a repeated request answer as the first did.

use doorstep_base::{CustomerId, SecretHash, SessionId};

use crate::records::{Is, Records, Row, ToCell};
use crate::{Idempotency, StoreResult, Table};

/// `false` when the key was used before and has not expired.
pub(super) async fn reserve<R: Records>(tx: &mut R, record: &Idempotency) -> Result<bool, R::Failure> {
    let Idempotency { key, payload, nonce, customer, session, created_at, expires_at } = record;
    let expired =
        [Is::Equal("idempotency_key", key.cell()), Is::AtMost("expires_at", created_at.as_millis())];
    tx.remove(Table::Idempotency, &expired).await?;
    let columns = vec![
        ("idempotency_key", key.cell()),
        ("payload", payload.cell()),
        ("nonce", nonce.cell()),
        ("customer", customer.cell()),
        ("session", session.cell()),
        ("created_at", created_at.cell()),
        ("expires_at", expires_at.cell()),
    ];
    tx.add_unless_taken(Table::Idempotency, columns, "idempotency_key").await
}

/// Of a customer whose password changed: whoever repeats would prove the former one.
pub(super) async fn forget<R: Records>(tx: &mut R, customer: CustomerId) -> Result<(), R::Failure> {
    tx.remove(Table::Idempotency, &[Is::Equal("customer", customer.cell())]).await.map(drop)
}

pub(super) fn idempotency(row: &Row) -> StoreResult<Idempotency> {
    Ok(Idempotency {
        key: SecretHash(row.array("idempotency_key")?),
        payload: SecretHash(row.array("payload")?),
        nonce: row.array("nonce")?,
        customer: CustomerId::from_bytes(row.array("customer")?),
        session: SessionId::from_bytes(row.array("session")?),
        created_at: row.moment("created_at")?,
        expires_at: row.moment("expires_at")?,
    })
}
