//! Refresh tokens: what one use of one does, in one transaction.

use doorstep_base::SessionId;
use mongodb::bson::{Document, RawDocument, doc};

use super::audit::insert_event;
use super::customers::customer;
use super::documents::{Field, Fields};
use super::failure::Failure;
use super::schema::{CUSTOMERS, SESSIONS, USED_REFRESHES};
use super::sessions::{end, live_at, session, used_at};
use super::tx::Tx;
use crate::{AuditEvent, EndReason, FoundSession, Rotation, RotationOutcome};

pub(super) async fn rotate(
    tx: &mut Tx,
    rotation: &Rotation,
    reuse_audit: &AuditEvent,
) -> Result<RotationOutcome, Failure> {
    let Rotation { family, presented, now, .. } = rotation;
    if let Some(rotated) = replace_token(tx, rotation).await? {
        return Ok(RotationOutcome::Rotated(Box::new(rotated)));
    }
    let Some(stands) = tx.find_one(SESSIONS, doc! { "secret": family.bson() }).await? else {
        return Ok(RotationOutcome::Unknown);
    };
    if Fields(&stands).array_if_any::<32>("refresh")?.is_none() {
        return Ok(RotationOutcome::Unknown);
    }
    let found = with_customer(tx, &stands).await?;
    if !found.session.is_live(*now) || found.customer.is_none() {
        return Ok(RotationOutcome::Ended);
    }
    let id = found.session.id;
    let mut recent = doc! { "_id": used_id(&id, &presented.0) };
    recent.insert("used_at", doc! { "$gt": (*now - rotation.grace).bson() });
    if let Some(used) = tx.find_one(USED_REFRESHES, recent).await? {
        // No election can take this successor back: a commit that wrote nothing waits for the majority too, with a note in
        // the oplog that comes after all that was read.
        let sealed_next = Fields(&used).array("sealed_next")?;
        return Ok(RotationOutcome::SameSuccessor { found: Box::new(found), sealed_next });
    }
    let reused = end(EndReason::RefreshReused, *now);
    tx.update_one(SESSIONS, doc! { "_id": id.bson() }, reused).await?;
    let (customer, session) = (Some(found.session.customer), Some(id));
    insert_event(tx, &AuditEvent { customer, session, ..reuse_audit.clone() }).await?;
    Ok(RotationOutcome::Reused(id))
}

/// Replaces the newest token of a live session, when it is the presented one.
async fn replace_token(tx: &mut Tx, rotation: &Rotation) -> Result<Option<FoundSession>, Failure> {
    let Rotation { family, presented, next, sealed_next, now, grace, idle_expires_at } = rotation;
    let mut newest = live_at(*now);
    newest.extend(doc! { "secret": family.bson(), "refresh": presented.bson() });
    let mut set = used_at(*now, *idle_expires_at);
    set.insert("refresh", next.bson());
    let pipeline = vec![doc! { "$set": set }];
    let Some(renewed) = tx.find_and_update(SESSIONS, newest, pipeline, false).await? else { return Ok(None) };
    let found = with_customer(tx, &renewed).await?;
    let over = doc! { "_id.session": found.session.id.bson(), "used_at": { "$lte": (*now - *grace).bson() } };
    tx.delete_many(USED_REFRESHES, over).await?;
    let used = doc! {
        "_id": used_id(&found.session.id, &presented.0),
        "used_at": now.bson(),
        "sealed_next": sealed_next.bson(),
    };
    tx.insert(USED_REFRESHES, used).await?;
    Ok(Some(found))
}

/// The order of the fields belongs to the value.
fn used_id(session: &SessionId, token: &[u8; 32]) -> Document {
    doc! { "session": session.bson(), "token": token.bson() }
}

async fn with_customer(tx: &mut Tx, stands: &RawDocument) -> Result<FoundSession, Failure> {
    let session = session(stands)?;
    let owner = tx.find_one(CUSTOMERS, doc! { "_id": session.customer.bson() }).await?;
    let customer = owner.map(|document| customer(&document)).transpose()?;
    Ok(FoundSession { session, customer })
}
