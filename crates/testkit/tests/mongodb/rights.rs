//! What `doorstep serve` needs no right for: a user who may only read and write documents runs a whole shop.

use doorstep_base::Timestamp;
use doorstep_store::{AuditKind, OpenError, Settings, StoreError};
use doorstep_testkit::contract::made::{self, NOW};
use mongodb::bson::doc;

use crate::fresh;
use crate::start::plain;

/// The URL of a user of this database who may do `actions` in it.
pub async fn url_of_user(url: &str, actions: &[&str]) -> String {
    let database = plain(url).await;
    let resource = doc! { "db": database.name(), "collection": "" };
    let privilege = doc! { "resource": resource, "actions": actions };
    database
        .run_command(doc! { "createRole": "serve", "privileges": [privilege], "roles": [] })
        .await
        .unwrap();
    database.run_command(doc! { "createUser": "shop", "pwd": "secret", "roles": ["serve"] }).await.unwrap();
    let (_, host) = url.rsplit_once('@').unwrap();
    let host = host.replace("authSource=admin", &format!("authSource={}", database.name()));
    format!("mongodb://shop:secret@{host}")
}

#[tokio::test]
async fn reading_and_writing_documents_is_enough_to_serve() {
    let database = fresh().await;
    let url = url_of_user(database.url(), &["find", "insert", "update", "remove"]).await;
    let store = doorstep_store::open(&url, Settings::default()).await.unwrap();
    assert_eq!(store.migrate(NOW).await.unwrap(), 0);
    let customer = made::signed_up(&store).await;
    let session = made::logged_in(&store, &customer, doorstep_store::SessionMode::Cookie).await;
    assert!(made::lets_in(&store, &session, NOW).await);
    let limit = doorstep_store::AttemptLimit { key: made::bytes(), limit: 1, window: made::DAY };
    store.count_attempt_if_below(&[limit], NOW).await.unwrap();
    store.uncount_attempt(&[limit], NOW, NOW).await.unwrap();
    let audit = made::event(AuditKind::AccountErased, customer.id);
    assert!(store.erase_customer(made::proof(&customer), NOW, audit.into()).await.unwrap());
    let all = doorstep_store::Retention { sessions_before: NOW, audit_before: NOW, expired_before: NOW };
    store.purge(all).await.unwrap();
    drop_users(database.url()).await;
}

#[tokio::test]
async fn a_schema_that_this_user_may_not_make_is_told() {
    let database = fresh().await;
    plain(database.url())
        .await
        .collection::<mongodb::bson::Document>("doorstep_steps")
        .delete_many(doc! {})
        .await
        .unwrap();
    let url = url_of_user(database.url(), &["find", "insert", "update", "remove"]).await;
    let store = doorstep_store::open(&url, Settings::default()).await.unwrap();
    let error = store.migrate(Timestamp::from_millis(0)).await.unwrap_err();
    // What stands already asks for no right.
    assert!(matches!(error, OpenError::Behind { .. }), "{error}");
    drop_users(database.url()).await;
}

#[tokio::test]
async fn a_missing_right_is_told_without_the_command() {
    let database = fresh().await;
    let url = url_of_user(database.url(), &["find"]).await;
    let store = doorstep_store::open(&url, Settings::default()).await.unwrap();
    let refused = store.record(made::event(AuditKind::LoginFailed, made::customer().id).into()).await;
    let Err(StoreError::Unavailable(cause)) = refused else { panic!("{refused:?}") };
    assert!(cause.contains("readWrite") && !cause.contains("Firefox"), "{cause}");
    drop_users(database.url()).await;
}

pub async fn drop_users(url: &str) {
    let database = plain(url).await;
    database.run_command(doc! { "dropAllUsersFromDatabase": 1 }).await.unwrap();
    database.run_command(doc! { "dropAllRolesFromDatabase": 1 }).await.unwrap();
}
