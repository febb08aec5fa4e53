//! Sessions: the reads that every request makes, and the writes that open, renew and end them.

use async_trait::async_trait;
use doorstep_base::{CustomerId, SecretHash, SessionId, Timestamp};
use mongodb::bson::{Bson, Document, RawDocument, doc};

use super::MongoStore;
use super::audit::insert_event;
use super::documents::{Field, Fields};
use super::failure::Failure;
use super::refresh::rotate;
use super::schema::{ATTEMPTS, CUSTOMERS, SESSIONS};
use super::tx::Tx;
use crate::{
    AuditEvent, EndReason, FoundSession, InsertSession, NewSession, PasswordProof, Rotation, RotationOutcome,
    Session, SessionMode, Sessions, StoreResult,
};

#[async_trait]
impl Sessions for MongoStore {
    async fn insert_session(
        &self,
        session: NewSession,
        proof: PasswordProof,
        most: u32,
        clear_attempts: [u8; 32],
        audit: AuditEvent,
    ) -> StoreResult<InsertSession> {
        let lane = proof.customer;
        let job =
            self.db.write(lane.as_bytes(), (session, proof, most, clear_attempts, audit), |tx, asked| {
                Box::pin(async move {
                    let (session, proof, most, clear_attempts, audit) = asked;
                    if !is_fresh(tx, proof).await? {
                        return Ok(InsertSession::ProofStale);
                    }
                    end_beyond(tx, session, most.saturating_sub(1)).await?;
                    insert_session(tx, session).await?;
                    tx.delete_one(ATTEMPTS, doc! { "_id": clear_attempts.bson() }).await?;
                    insert_event(tx, audit).await?;
                    Ok(InsertSession::Inserted)
                })
            });
        job.await
    }

    async fn find_session_by_secret(&self, secret: SecretHash) -> StoreResult<Option<FoundSession>> {
        self.lookups.by_secret(secret).await
    }

    async fn find_session(&self, id: SessionId) -> StoreResult<Option<FoundSession>> {
        self.lookups.by_id(id).await
    }

    async fn touch_session(
        &self,
        id: SessionId,
        now: Timestamp,
        idle_expires_at: Timestamp,
    ) -> StoreResult<()> {
        let sessions = self.db.collection(SESSIONS);
        let mut live = live_at(now);
        live.insert("_id", id.bson());
        let touch = async move {
            sessions.update_one(live, vec![doc! { "$set": used_at(now, idle_expires_at) }]).await?;
            Ok(())
        };
        self.db.run(touch).await
    }

    async fn rotate_refresh_token(
        &self,
        rotation: Rotation,
        reuse_audit: AuditEvent,
    ) -> StoreResult<RotationOutcome> {
        let lane = rotation.family;
        let job = self.db.write(&lane.0, (rotation, reuse_audit), |tx, (rotation, audit)| {
            Box::pin(rotate(tx, rotation, audit))
        });
        job.await
    }

    async fn sessions_of(&self, customer: CustomerId, now: Timestamp) -> StoreResult<Vec<Session>> {
        let mut live = live_at(now);
        live.insert("customer", customer.bson());
        let found = self.db.find_all(SESSIONS, live, last_used_first(), 0).await?;
        found.iter().map(|document| session(document)).collect()
    }

    async fn end_session(
        &self,
        customer: CustomerId,
        id: SessionId,
        reason: EndReason,
        now: Timestamp,
        audit: AuditEvent,
    ) -> StoreResult<bool> {
        let asked = (customer, id, reason, now, audit);
        let job = self.db.write(customer.as_bytes(), asked, |tx, (customer, id, reason, now, audit)| {
            Box::pin(async move {
                let mut live = live_at(*now);
                live.extend(doc! { "_id": id.bson(), "customer": customer.bson() });
                let ended = tx.update_one(SESSIONS, live, end(*reason, *now)).await?;
                if ended {
                    insert_event(tx, audit).await?;
                }
                Ok(ended)
            })
        });
        job.await
    }

    async fn end_other_sessions(
        &self,
        customer: CustomerId,
        keep: SessionId,
        now: Timestamp,
        audit: AuditEvent,
    ) -> StoreResult<u64> {
        let asked = (customer, keep, now, audit);
        let job = self.db.write(customer.as_bytes(), asked, |tx, (customer, keep, now, audit)| {
            Box::pin(async move {
                let mut others = live_at(*now);
                others.extend(doc! { "customer": customer.bson(), "_id": { "$ne": keep.bson() } });
                let ended = tx.update_many(SESSIONS, others, end(EndReason::EndedByCustomer, *now)).await?;
                // Expired ones too: by another node's clock they may not be.
                end_all(tx, customer, Some(keep), EndReason::EndedByCustomer, *now).await?;
                insert_event(tx, audit).await?;
                Ok(ended)
            })
        });
        job.await
    }
}

/// Takes the customer's turn when the proof still holds: whatever makes it stale takes a turn too, and of two turns
/// at once the server lets one commit.
async fn is_fresh(tx: &mut Tx, proof: &PasswordProof) -> Result<bool, Failure> {
    let proven = doc! {
        "_id": proof.customer.bson(),
        "password_hash": proof.password_hash.bson(),
        "disabled_at": null,
    };
    tx.update_one(CUSTOMERS, proven, doc! { "$inc": { "turn": 1_i64 } }).await
}

/// Ends the least recently used of the customer's live sessions until `most` stand.
async fn end_beyond(tx: &mut Tx, session: &NewSession, most: u32) -> Result<(), Failure> {
    let now = session.created_at;
    let mut live = live_at(now);
    live.insert("customer", session.customer.bson());
    let live = tx.find_all(SESSIONS, live, last_used_first(), doc! { "_id": 1 }).await?;
    let mut surplus: Vec<Bson> = Vec::new();
    for document in live.iter().skip(most as usize) {
        surplus.push(Fields(document).array::<16>("_id")?.bson());
    }
    if !surplus.is_empty() {
        let surplus = doc! { "_id": { "$in": surplus }, "ended_at": null };
        tx.update_many(SESSIONS, surplus, end(EndReason::TooMany, now)).await?;
    }
    Ok(())
}

/// Ends the sessions of a customer, but for one. Expired ones too: by another node's clock they may not be.
pub(super) async fn end_all(
    tx: &mut Tx,
    customer: &CustomerId,
    keep: Option<&SessionId>,
    reason: EndReason,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut standing = doc! { "customer": customer.bson(), "ended_at": null };
    if let Some(keep) = keep {
        standing.insert("_id", doc! { "$ne": keep.bson() });
    }
    tx.update_many(SESSIONS, standing, end(reason, now)).await.map(drop)
}

pub(super) async fn insert_session(tx: &mut Tx, session: &NewSession) -> Result<(), Failure> {
    let document = doc! {
        "_id": session.id.bson(),
        "customer": session.customer.bson(),
        "mode": session.mode.bson(),
        "created_at": session.created_at.bson(),
        "last_used_at": session.created_at.bson(),
        "idle_expires_at": session.idle_expires_at.bson(),
        "expires_at": session.expires_at.bson(),
        "device": session.device.bson(),
        "network": session.network.bson(),
        "ended_at": null,
        "end_reason": null,
        "gone_at": session.idle_expires_at.min(session.expires_at).bson(),
        "secret": session.secret.bson(),
        "refresh": session.refresh.bson(),
    };
    tx.insert(SESSIONS, document).await
}

pub(super) fn live_at(now: Timestamp) -> Document {
    doc! { "ended_at": null, "gone_at": { "$gt": now.bson() } }
}

fn last_used_first() -> Document {
    doc! { "last_used_at": -1, "_id": -1 }
}

pub(super) fn end(reason: EndReason, now: Timestamp) -> Document {
    doc! { "$set": { "ended_at": now.bson(), "end_reason": reason.bson(), "gone_at": now.bson() } }
}

/// Moves the times of a live session on, never back, and the idle expiry never past the last one. For a pipeline.
pub(super) fn used_at(now: Timestamp, idle: Timestamp) -> Document {
    let moved = |field: &str| {
        doc! { "$cond": [
            { "$lt": ["$expires_at", idle.bson()] },
            "$expires_at",
            { "$max": [field, idle.bson()] },
        ] }
    };
    doc! {
        "last_used_at": { "$max": ["$last_used_at", now.bson()] },
        "gone_at": moved("$gone_at"),
        "idle_expires_at": moved("$idle_expires_at"),
    }
}

pub(super) fn session(document: &RawDocument) -> StoreResult<Session> {
    let fields = Fields(document);
    Ok(Session {
        id: SessionId::from_bytes(fields.array("_id")?),
        customer: CustomerId::from_bytes(fields.array("customer")?),
        mode: fields.word("mode", SessionMode::from_text)?,
        created_at: fields.moment("created_at")?,
        last_used_at: fields.moment("last_used_at")?,
        idle_expires_at: fields.moment("idle_expires_at")?,
        expires_at: fields.moment("expires_at")?,
        device: fields.text_if_any("device")?,
        network: fields.text_if_any("network")?,
        ended_at: fields.moment_if_any("ended_at")?,
    })
}
