//! Keys that sign access tokens.

use doorstep_store::SigningKeyRow;

use super::made::{self, DAY, NOW};
use super::race::{CALLERS, count, race};
use crate::TestDatabase;

fn key(generation: i64) -> SigningKeyRow {
    SigningKeyRow {
        generation,
        kid: format!("key-{generation}"),
        public_key: made::bytes::<32>().to_vec(),
        sealed_private_key: made::bytes::<32>().repeat(3),
        created_at: NOW,
        signs_from: NOW + DAY,
        verifies_until: NOW + 90 * DAY,
    }
}

pub async fn keys_are_told_oldest_generation_first(database: TestDatabase) {
    let store = &database.store;
    assert_eq!(store.signing_keys().await.unwrap(), []);
    let keys = [key(1), key(2), key(10)];
    for at in [2, 0, 1] {
        assert!(store.insert_signing_key(keys[at].clone()).await.unwrap());
    }
    assert_eq!(store.signing_keys().await.unwrap(), keys);
}

pub async fn a_generation_is_made_once(database: TestDatabase) {
    let store = &database.store;
    let first = key(1);
    assert!(store.insert_signing_key(first.clone()).await.unwrap());
    assert!(!store.insert_signing_key(key(1)).await.unwrap());
    assert_eq!(store.signing_keys().await.unwrap(), [first]);
}

pub async fn a_key_is_sealed_again_as_it_was_read(database: TestDatabase) {
    let store = &database.store;
    let (read, other) = (key(1), key(2));
    for row in [&read, &other] {
        assert!(store.insert_signing_key(row.clone()).await.unwrap());
    }
    let sealed = vec![1, 2, 3];
    assert!(store.reseal_signing_key(&read, sealed.clone()).await.unwrap());
    assert!(!store.reseal_signing_key(&read, vec![4]).await.unwrap());
    assert!(!store.reseal_signing_key(&key(3), vec![4]).await.unwrap());
    let again = SigningKeyRow { sealed_private_key: sealed, ..read };
    assert_eq!(store.signing_keys().await.unwrap(), [again, other]);
}

pub async fn of_callers_that_seal_one_key_again_one_does(database: TestDatabase) {
    for (generation, callers) in (1..).zip(CALLERS) {
        let read = key(generation);
        assert!(database.store.insert_signing_key(read.clone()).await.unwrap());
        let sealed = race(&database, callers, |store, at| {
            let read = read.clone();
            async move { store.reseal_signing_key(&read, at.to_be_bytes().to_vec()).await.unwrap() }
        });
        assert_eq!(count(&sealed.await, &true), 1);
    }
}

pub async fn of_nodes_that_make_one_generation_one_does(database: TestDatabase) {
    for (generation, callers) in (1..).zip(CALLERS) {
        let made = race(&database, callers, |store, _| async move {
            store.insert_signing_key(key(generation)).await.unwrap()
        });
        assert_eq!(count(&made.await, &true), 1);
    }
}
