//! What a verb tells that wrote nothing itself is kept by a majority all the same.

use std::time::Duration;

use doorstep_store::{AuditKind, Rotation, RotationOutcome, SessionMode};
use doorstep_testkit::contract::made::{self, DAY, NOW};
use mongodb::bson::{Document, doc};

use crate::fresh;
use crate::start::plain;

/// The server notes a commit that only read in its oplog, and answers when a majority has the note. That is all which keeps
/// a successor that another node's unconfirmed use made.
#[tokio::test]
async fn a_successor_that_is_told_again_is_kept_by_a_majority() {
    let database = fresh().await;
    let customer = made::signed_up(&database.store).await;
    let session = made::logged_in(&database.store, &customer, SessionMode::Jwt).await;
    let rotation = Rotation {
        family: session.secret,
        presented: session.refresh.unwrap(),
        next: made::hash(),
        sealed_next: made::bytes(),
        now: NOW,
        grace: Duration::from_secs(30),
        idle_expires_at: NOW + DAY,
    };
    let audit = made::event(AuditKind::RefreshReused, customer.id);
    let rotate = || database.store.rotate_refresh_token(rotation.clone(), audit.clone().into());
    assert!(matches!(rotate().await.unwrap(), RotationOutcome::Rotated(_)));
    let plain = plain(database.url()).await;
    let uses = format!("{}.used_refreshes", plain.name());
    let oplog = plain.client().database("local").collection::<Document>("oplog.rs");
    let use_of_it = oplog.find_one(doc! { "o.applyOps.ns": uses }).await.unwrap().unwrap();
    let notes = doc! {
        "op": "n",
        "o.msg": { "$regex": "^read-only transaction.*majority" },
        "ts": { "$gt": use_of_it.get_timestamp("ts").unwrap() },
    };
    let before = oplog.count_documents(notes.clone()).await.unwrap();
    assert!(matches!(rotate().await.unwrap(), RotationOutcome::SameSuccessor { .. }));
    assert!(oplog.count_documents(notes).await.unwrap() > before);
}
