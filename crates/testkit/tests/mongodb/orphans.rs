//! What a node leaves behind that is killed in the middle of a transaction.

use std::time::Duration;

use doorstep_store::{AuditKind, Settings, StoreError};
use doorstep_testkit::contract::made::{self, NOW};
use mongodb::Client;
use mongodb::bson::{Document, doc};
use tokio::time::Instant;

use crate::fresh;
use crate::rights::{drop_users, url_of_user};

#[tokio::test]
async fn a_transaction_that_was_left_behind_keeps_nobody_out_for_long() {
    let database = fresh().await;
    let url = url_of_user(database.url(), &["find", "insert", "update", "remove"]).await;
    let settings = Settings { timeout: Duration::from_secs(1), ..Settings::default() };
    let store = doorstep_store::open(&url, settings).await.unwrap();
    let customer = made::signed_up(&store).await;

    let killed = Client::with_uri_str(format!("{url}&appName=doorstep")).await.unwrap();
    let mut session = killed.start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let customers = killed.default_database().unwrap().collection::<Document>("customers");
    let touched = customers
        .update_many(doc! {}, doc! { "$set": { "name": "half" } })
        .session(&mut session)
        .await
        .unwrap();
    assert_eq!(touched.modified_count, 1);

    let erase = || {
        let audit = made::event(AuditKind::AccountErased, customer.id);
        store.erase_customer(made::proof(&customer), NOW, audit.into())
    };
    let began = Instant::now();
    let first = erase().await;
    assert!(matches!(first, Err(StoreError::Unavailable(_))), "it is in the way at first: {first:?}");
    while erase().await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(10), "still in the way");
    }
    assert!(session.commit_transaction().await.is_err(), "it was ended");
    drop_users(database.url()).await;
}
