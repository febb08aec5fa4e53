//! The schema, the health, the house-keeping, and what a restart leaves.

use std::sync::Arc;
use std::time::Duration;

use doorstep_base::Timestamp;
use doorstep_store::{
    AfterRestore, AttemptLimit, AuditKind, Consumed, Counted, DefaultUse, EndReason, Purged, Retention,
    SessionMode, SigningKeyRow, StoreError,
};

use super::made::{self, DAY, HOUR, MINUTE, NOW};
use super::race::race;
use crate::TestDatabase;

const NOTHING: Timestamp = Timestamp::from_millis(0);
const KEEP_ALL: Retention =
    Retention { sessions_before: NOTHING, audit_before: NOTHING, expired_before: NOTHING };

pub async fn a_second_migration_takes_no_step(database: TestDatabase) {
    made::signed_up(&database.store).await;
    assert_eq!(database.store.migrate(NOW).await.unwrap(), 0);
    assert_eq!(database.another_node().await.migrate(NOW).await.unwrap(), 0);
}

pub async fn a_database_that_stands_answers(database: TestDatabase) {
    database.store.ping().await.unwrap();
}

pub async fn after_closing_every_verb_says_unavailable(database: TestDatabase) {
    let customer = made::signed_up(&database.store).await;
    database.store.close().await;
    let store = &database.store;
    assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
    assert!(matches!(store.find_customer(customer.id).await, Err(StoreError::Unavailable(_))));
    let audit = made::event(AuditKind::LoginFailed, customer.id);
    assert!(matches!(store.record(audit.into()).await, Err(StoreError::Unavailable(_))));
    store.close().await;
}

pub async fn closing_waits_for_writes_under_way(mut database: TestDatabase) {
    let customer = made::customer().id;
    let mut writing = Vec::new();
    for _ in 0..200 {
        let (store, audit) = (Arc::clone(&database.store), made::event(AuditKind::LoginFailed, customer));
        writing.push(tokio::spawn(async move { store.record(audit.into()).await }));
    }
    tokio::task::yield_now().await;
    database.restart().await;
    let mut written = 0;
    for write in writing {
        match write.await.unwrap() {
            Ok(()) => written += 1,
            Err(error) => assert!(matches!(error, StoreError::Unavailable(_))),
        }
    }
    assert_eq!(database.store.audit_of(customer, 1000).await.unwrap().len(), written);
}

pub async fn what_was_acknowledged_survives_a_restart(mut database: TestDatabase) {
    let store = Arc::clone(&database.store);
    let customer = made::signed_up(&store).await;
    let session = made::logged_in(&store, &customer, SessionMode::Cookie).await;
    let ended = made::logged_in(&store, &customer, SessionMode::Token).await;
    let audit = made::event(AuditKind::LoggedOut, customer.id);
    assert!(store.end_session(customer.id, ended.id, EndReason::LoggedOut, NOW, audit.into()).await.unwrap());
    let audit = made::event(AuditKind::AddressAdded, customer.id);
    let uses = DefaultUse { shipping: Some(true), billing: None };
    store.insert_address_if_below(9, customer.id, made::address(), uses, NOW, audit.into()).await.unwrap();
    store.insert_signing_key(key(1)).await.unwrap();
    let book = store.addresses_of(customer.id).await.unwrap();
    let trail = store.audit_of(customer.id, 100).await.unwrap();
    let keys = store.signing_keys().await.unwrap();

    database.restart().await;
    let store = &database.store;
    assert_eq!(store.find_customer(customer.id).await.unwrap(), Some(customer.clone().into_customer()));
    assert!(made::lets_in(store, &session, NOW).await);
    assert!(!made::lets_in(store, &ended, NOW).await);
    assert_eq!(store.addresses_of(customer.id).await.unwrap(), book);
    assert_eq!(store.audit_of(customer.id, 100).await.unwrap(), trail);
    assert_eq!(store.signing_keys().await.unwrap(), keys);
}

fn key(generation: i64) -> SigningKeyRow {
    SigningKeyRow {
        generation,
        kid: generation.to_string(),
        public_key: vec![1],
        sealed_private_key: vec![0, 255],
        created_at: NOW,
        signs_from: NOW,
        verifies_until: NOW + DAY * u32::try_from(generation).unwrap(),
    }
}

pub async fn a_fresh_database_has_nothing_to_purge(database: TestDatabase) {
    made::signed_up(&database.store).await;
    assert_eq!(database.store.purge(KEEP_ALL).await.unwrap(), Purged::default());
}

pub async fn sessions_go_when_they_have_been_over_for_long_enough(database: TestDatabase) {
    let store = &database.store;
    let customer = made::signed_up(store).await;
    let ended = made::logged_in(store, &customer, SessionMode::Cookie).await;
    let audit = made::event(AuditKind::LoggedOut, customer.id);
    store.end_session(customer.id, ended.id, EndReason::LoggedOut, NOW + HOUR, audit.into()).await.unwrap();
    let idle = made::logged_in(store, &customer, SessionMode::Jwt).await;
    let mut capped = made::session(customer.id, SessionMode::Cookie);
    (capped.expires_at, capped.idle_expires_at) = (NOW + 2 * DAY, NOW + 5 * DAY);
    made::log_in(store, &customer, capped.clone()).await;
    let used = made::logged_in(store, &customer, SessionMode::Cookie).await;
    store.touch_session(used.id, NOW + HOUR, NOW + 9 * DAY).await.unwrap();

    let mut left = vec![ended.id, idle.id, capped.id, used.id];
    let one = Duration::from_millis(1);
    for over_at in [NOW + HOUR, NOW + DAY, NOW + 2 * DAY, NOW + 9 * DAY] {
        for (before, sessions) in [(over_at, 0), (over_at + one, 1)] {
            let purged = store.purge(Retention { sessions_before: before, ..KEEP_ALL }).await.unwrap();
            assert_eq!(purged, Purged { sessions, ..Purged::default() });
        }
        let gone = left.remove(0);
        assert!(store.find_session(gone).await.unwrap().is_none());
        for id in &left {
            assert!(store.find_session(*id).await.unwrap().is_some());
        }
    }
    assert!(store.find_customer(customer.id).await.unwrap().is_some());
}

pub async fn old_audit_rows_go_in_bites(database: TestDatabase) {
    let store = &database.store;
    let customer = made::customer().id;
    race(&database, 50, |store, caller| async move {
        for minute in 0..25 {
            let mut audit = made::event(AuditKind::LoginFailed, customer);
            audit.at = NOW + HOUR * u32::from(caller % 25 == minute);
            store.record(audit.into()).await.unwrap();
        }
    })
    .await;
    let purged = store.purge(Retention { audit_before: NOW + HOUR, ..KEEP_ALL }).await.unwrap();
    assert_eq!(purged, Purged { audit: 1200, ..Purged::default() });
    let left = store.audit_of(customer, 9999).await.unwrap();
    assert_eq!(left.len(), 50);
    assert!(left.iter().all(|event| event.at == NOW + HOUR));
}

pub async fn expired_records_counters_and_keys_go(database: TestDatabase) {
    let store = &database.store;
    let new = made::customer();
    let record = made::idempotency(&new, made::session(new.id, SessionMode::Jwt).id);
    let audit = made::event(AuditKind::SignedUp, new.id);
    store.insert_customer_unless_taken(new, None, Some(record.clone()), audit.into()).await.unwrap();
    let limit = AttemptLimit { key: made::bytes(), limit: 1, window: DAY };
    store.count_attempt_if_below(&[limit], NOW).await.unwrap();
    store.insert_signing_key(key(1)).await.unwrap();
    store.insert_signing_key(key(2)).await.unwrap();

    let keep = store.purge(Retention { expired_before: NOW + DAY, ..KEEP_ALL }).await.unwrap();
    assert_eq!(keep, Purged::default(), "all three are over a day from now, not before");
    let still = store.count_attempt_if_below(&[limit], NOW).await.unwrap();
    assert!(matches!(still, Counted::Refused { .. }));
    let expired_before = NOW + DAY + Duration::from_millis(1);
    let purged = store.purge(Retention { expired_before, ..KEEP_ALL }).await.unwrap();
    assert_eq!(purged, Purged { expired: 3, ..Purged::default() });
    assert_eq!(store.signing_keys().await.unwrap(), [key(2)]);
    assert_eq!(store.find_idempotency(record.key, NOW).await.unwrap(), None);
}

pub async fn a_restored_database_opens_nothing_that_was_open(database: TestDatabase) {
    let store = &database.store;
    let (new, last, key) = super::erasures::furnished(&database).await;
    let mut all = vec![last];
    for _ in 0..519 {
        all.push(made::logged_in(store, &new, SessionMode::Cookie).await.id);
    }
    let challenge = super::challenges::challenge();
    store.open_challenge(challenge.clone(), None, None).await.unwrap();
    let done = store.after_restore(Some(NOW + HOUR)).await.unwrap();
    // The record of a request, the challenge of this customer, and the other one.
    assert_eq!(done, AfterRestore { ended_sessions: 521, forgotten: 3 });
    assert_eq!(store.challenges_of(new.id, NOW).await.unwrap(), []);
    for id in all {
        assert!(!store.find_session(id).await.unwrap().unwrap().session.is_live(NOW + HOUR));
    }
    assert_eq!(store.find_idempotency(key, NOW).await.unwrap(), None);
    let outcome = store.consume_challenge(super::challenges::presented(&challenge)).await.unwrap();
    assert_eq!(outcome, Consumed::Spent);
    assert_eq!(store.after_restore(Some(NOW + HOUR)).await.unwrap(), AfterRestore::default());
    assert!(store.find_customer(new.id).await.unwrap().is_some());
}

pub async fn erasures_are_told_oldest_first(database: TestDatabase) {
    let store = &database.store;
    let mut erased = Vec::new();
    for minute in [1, 2, 3] {
        let new = made::signed_up(store).await;
        let mut audit = made::event(AuditKind::AccountErased, new.id);
        audit.at = NOW + minute * MINUTE;
        assert!(store.erase_customer(made::proof(&new), audit.at, audit.clone().into()).await.unwrap());
        erased.push((audit.at, new.id));
    }
    assert_eq!(store.erasures_after(NOW, 9).await.unwrap(), erased);
    assert_eq!(store.erasures_after(NOW, 2).await.unwrap(), erased[..2]);
    assert_eq!(store.erasures_after(NOW + 2 * MINUTE, 9).await.unwrap(), erased[2..]);
}
