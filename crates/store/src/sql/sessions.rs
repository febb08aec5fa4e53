//! Sessions: the reads that every request makes, and the writes that open, renew and end them.

use async_trait::async_trait;
use doorstep_base::{CustomerId, SecretHash, SessionId, Timestamp};

use super::SqlStore;
use super::audit::insert_event;
use super::db::{Row, Tx};
use super::rows::{self, bytes32, customer_columns, number, session_columns};
use super::value::values;
use crate::{
    AuditEvent, EndReason, FoundSession, InsertSession, NewSession, PasswordProof, Rotation, RotationOutcome,
    Session, Sessions, StoreResult,
};

macro_rules! select_found_sessions {
    ($where:literal) => {
        concat!(
            "SELECT ",
            session_columns!(),
            ", ",
            customer_columns!(),
            " FROM sessions s LEFT JOIN customers c ON c.id = s.customer WHERE ",
            $where
        )
    };
}

/// What every request asks: one statement, two walks to a row.
pub(super) const BY_SECRET: &str = select_found_sessions!("s.secret = ?");
pub(super) const BY_ID: &str = select_found_sessions!("s.id = ?");

#[async_trait]
impl Sessions for SqlStore {
    async fn insert_session(
        &self,
        session: NewSession,
        proof: PasswordProof,
        most: u32,
        clear_attempts: [u8; 32],
        audit: AuditEvent,
    ) -> StoreResult<InsertSession> {
        let job = self.db.write((session, proof, most, clear_attempts, audit), |tx, asked| {
            Box::pin(async move {
                let (session, proof, most, clear_attempts, audit) = asked;
                if !is_fresh(tx, proof).await? {
                    return Ok(InsertSession::ProofStale);
                }
                end_beyond(tx, session, most.saturating_sub(1)).await?;
                insert_row(tx, session).await?;
                tx.execute("DELETE FROM attempts WHERE attempt_key = ?", values![clear_attempts]).await?;
                insert_event(tx, audit).await?;
                Ok(InsertSession::Inserted)
            })
        });
        job.await
    }

    async fn find_session_by_secret(&self, secret: SecretHash) -> StoreResult<Option<FoundSession>> {
        match &self.lookups {
            Some(lookups) => lookups.by_secret(secret).await,
            None => self.db.one(BY_SECRET, values![secret], rows::found_session).await,
        }
    }

    async fn find_session(&self, id: SessionId) -> StoreResult<Option<FoundSession>> {
        match &self.lookups {
            Some(lookups) => lookups.by_id(id).await,
            None => self.db.one(BY_ID, values![id], rows::found_session).await,
        }
    }

    async fn touch_session(
        &self,
        id: SessionId,
        now: Timestamp,
        idle_expires_at: Timestamp,
    ) -> StoreResult<()> {
        self.db
            .write((id, now, idle_expires_at), |tx, (id, now, idle)| Box::pin(touch(tx, id, *now, *idle)))
            .await
    }

    async fn rotate_refresh_token(
        &self,
        rotation: Rotation,
        reuse_audit: AuditEvent,
    ) -> StoreResult<RotationOutcome> {
        self.db
            .write((rotation, reuse_audit), |tx, (rotation, audit)| Box::pin(rotate(tx, rotation, audit)))
            .await
    }

    async fn sessions_of(&self, customer: CustomerId, now: Timestamp) -> StoreResult<Vec<Session>> {
        let live = concat!(
            "SELECT ",
            session_columns!(),
            " FROM sessions s WHERE s.customer = ? AND s.ended_at IS NULL AND s.gone_at > ? \
             ORDER BY s.last_used_at DESC, s.id DESC"
        );
        self.db.all(live, values![customer, now], rows::session).await
    }

    async fn end_session(
        &self,
        customer: CustomerId,
        id: SessionId,
        reason: EndReason,
        now: Timestamp,
        audit: AuditEvent,
    ) -> StoreResult<bool> {
        let job = self.db.write_even_when_full(
            (customer, id, reason, now, audit),
            |tx, (customer, id, reason, now, audit)| {
                Box::pin(async move {
                    let end = "UPDATE sessions SET ended_at = ?, end_reason = ?, gone_at = ? \
                           WHERE id = ? AND customer = ? AND ended_at IS NULL AND gone_at > ?";
                    let values = values![now, reason, now, id, customer, now];
                    let ended = tx.execute(end, values).await? == 1;
                    if ended {
                        insert_event(tx, audit).await?;
                    }
                    Ok(ended)
                })
            },
        );
        job.await
    }

    async fn end_other_sessions(
        &self,
        customer: CustomerId,
        keep: SessionId,
        now: Timestamp,
        audit: AuditEvent,
    ) -> StoreResult<u64> {
        let job =
            self.db.write_even_when_full((customer, keep, now, audit), |tx, (customer, keep, now, audit)| {
                Box::pin(async move {
                    let live = "SELECT COUNT(*) FROM sessions \
                            WHERE customer = ? AND id <> ? AND ended_at IS NULL AND gone_at > ?";
                    let ended = tx.one(live, values![customer, keep, now], number).await?;
                    end_all(tx, customer, Some(keep), EndReason::EndedByCustomer, *now).await?;
                    insert_event(tx, audit).await?;
                    Ok(ended.and_then(|ended| u64::try_from(ended).ok()).unwrap_or(0))
                })
            });
        job.await
    }
}

/// Locks the customer whose password was proven, so that nothing makes the proof stale before the commit.
async fn is_fresh(tx: &mut Tx<'_>, proof: &PasswordProof) -> StoreResult<bool> {
    let proven = "SELECT 1 FROM customers WHERE id = ? AND password_hash = ? AND disabled_at IS NULL";
    let found = tx.lock(proven, values![proof.customer, proof.password_hash], number).await?;
    Ok(found.is_some())
}

/// Ends the least recently used of the customer's live sessions until `most` stand.
async fn end_beyond(tx: &mut Tx<'_>, session: &NewSession, most: u32) -> StoreResult<()> {
    let now = session.created_at;
    let live = "SELECT id FROM sessions WHERE customer = ? AND ended_at IS NULL AND gone_at > ? \
                ORDER BY last_used_at DESC, id DESC";
    let live = tx.all(live, values![session.customer, now], id).await?;
    for surplus in live.iter().skip(most as usize) {
        end_one(tx, surplus, EndReason::TooMany, now).await?;
    }
    Ok(())
}

async fn end_one(tx: &mut Tx<'_>, id: &SessionId, reason: EndReason, now: Timestamp) -> StoreResult<()> {
    let end =
        "UPDATE sessions SET ended_at = ?, end_reason = ?, gone_at = ? WHERE id = ? AND ended_at IS NULL";
    tx.execute(end, values![now, reason, now, id]).await.map(drop)
}

/// Ends the sessions of a customer, but for one. Expired ones too: by another node's clock they may not be.
pub(super) async fn end_all(
    tx: &mut Tx<'_>,
    customer: &CustomerId,
    keep: Option<&SessionId>,
    reason: EndReason,
    now: Timestamp,
) -> StoreResult<()> {
    let end = "UPDATE sessions SET ended_at = ?, end_reason = ?, gone_at = ? \
               WHERE customer = ? AND id <> ? AND ended_at IS NULL";
    // No session has the id of zeros.
    let nobody = SessionId::from_bytes([0; 16]);
    let keep = keep.unwrap_or(&nobody);
    tx.execute(end, values![now, reason, now, customer, keep]).await.map(drop)
}

pub(super) async fn insert_row(tx: &mut Tx<'_>, session: &NewSession) -> StoreResult<()> {
    let insert = "INSERT INTO sessions (id, customer, mode, created_at, last_used_at, idle_expires_at, expires_at, device, \
                  network, gone_at, secret, refresh) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let gone_at = session.idle_expires_at.min(session.expires_at);
    let values = values![
        session.id,
        session.customer,
        session.mode,
        session.created_at,
        session.created_at,
        session.idle_expires_at,
        session.expires_at,
        session.device,
        session.network,
        gone_at,
        session.secret,
        session.refresh,
    ];
    tx.execute(insert, values).await.map(drop)
}

/// One statement, so that it cannot overtake an ending.
async fn touch(
    tx: &mut Tx<'_>,
    id: &SessionId,
    now: Timestamp,
    idle_expires_at: Timestamp,
) -> StoreResult<()> {
    let touch = "UPDATE sessions SET \
                 last_used_at = CASE WHEN last_used_at < ? THEN ? ELSE last_used_at END, \
                 gone_at = CASE WHEN ? > expires_at THEN expires_at WHEN gone_at < ? THEN ? ELSE gone_at END, \
                 idle_expires_at = CASE WHEN ? > expires_at THEN expires_at WHEN idle_expires_at < ? THEN ? \
                                   ELSE idle_expires_at END \
                 WHERE id = ? AND ended_at IS NULL AND gone_at > ?";
    let idle = idle_expires_at;
    tx.execute(touch, values![now, now, idle, idle, idle, idle, idle, idle, id, now]).await.map(drop)
}

async fn rotate(
    tx: &mut Tx<'_>,
    rotation: &Rotation,
    reuse_audit: &AuditEvent,
) -> StoreResult<RotationOutcome> {
    let Rotation { family, presented, now, .. } = rotation;
    let newest = "SELECT refresh FROM sessions WHERE secret = ? AND refresh IS NOT NULL";
    let Some(newest) = tx.lock(newest, values![family], hash).await? else {
        return Ok(RotationOutcome::Unknown);
    };
    let Some(found) = tx.one(BY_SECRET, values![family], rows::found_session).await? else {
        return Ok(RotationOutcome::Unknown);
    };
    if !found.session.is_live(*now) || found.customer.is_none() {
        return Ok(RotationOutcome::Ended);
    }
    if newest == *presented {
        return replace_token(tx, &found.session.id, rotation).await;
    }
    if let Some(sealed_next) = sealed_before(tx, &found.session.id, rotation).await? {
        return Ok(RotationOutcome::SameSuccessor { found: Box::new(found), sealed_next });
    }
    end_one(tx, &found.session.id, EndReason::RefreshReused, *now).await?;
    let (customer, session) = (Some(found.session.customer), Some(found.session.id));
    insert_event(tx, &AuditEvent { customer, session, ..reuse_audit.clone() }).await?;
    Ok(RotationOutcome::Reused(found.session.id))
}

async fn replace_token(
    tx: &mut Tx<'_>,
    session: &SessionId,
    rotation: &Rotation,
) -> StoreResult<RotationOutcome> {
    let Rotation { family, presented, next, sealed_next, now, grace, idle_expires_at } = rotation;
    touch(tx, session, *now, *idle_expires_at).await?;
    tx.execute("UPDATE sessions SET refresh = ? WHERE id = ?", values![next, session]).await?;
    let since = *now - *grace;
    let forget = "DELETE FROM used_refreshes WHERE session = ? AND used_at <= ?";
    tx.execute(forget, values![session, since]).await?;
    let remember = "INSERT INTO used_refreshes (session, token, used_at, sealed_next) VALUES (?, ?, ?, ?)";
    tx.execute(remember, values![session, presented, now, sealed_next]).await?;
    let found = tx.one(BY_SECRET, values![family], rows::found_session).await?;
    Ok(found.map_or(RotationOutcome::Unknown, |found| RotationOutcome::Rotated(Box::new(found))))
}

/// What the first use of the presented token sealed, when that was within the grace time.
async fn sealed_before(
    tx: &mut Tx<'_>,
    session: &SessionId,
    rotation: &Rotation,
) -> StoreResult<Option<[u8; 32]>> {
    let used = "SELECT sealed_next FROM used_refreshes WHERE session = ? AND token = ? AND used_at > ?";
    let since = rotation.now - rotation.grace;
    tx.one(used, values![session, rotation.presented, since], bytes32).await
}

fn id(row: &mut Row<'_>) -> StoreResult<SessionId> {
    row.array().map(SessionId::from_bytes)
}

fn hash(row: &mut Row<'_>) -> StoreResult<SecretHash> {
    row.array().map(SecretHash)
}
