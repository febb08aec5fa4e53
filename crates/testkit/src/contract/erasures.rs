//! Erased customers: nothing personal is left, and nobody inherits.

use doorstep_base::{CustomerId, SecretHash};
use doorstep_store::{AuditKind, Challenge, NewCustomer, Proof, SessionMode, SignupOutcome};

use super::customers::found;
use super::made::{self, HOUR, NOW};
use super::race::{CALLERS, count, race};
use crate::TestDatabase;

pub async fn erasing_leaves_nothing_personal(database: TestDatabase) {
    let store = &database.store;
    let (new, session, key) = furnished(&database).await;
    let audit = made::event(AuditKind::AccountErased, new.id);
    assert!(store.erase_customer(made::proof(&new), NOW + HOUR, audit.into()).await.unwrap());

    assert_eq!(found(&database, &new).await, None);
    assert_eq!(store.find_password(new.id).await.unwrap(), None);
    assert_eq!(store.addresses_of(new.id).await.unwrap(), []);
    assert_eq!(store.find_idempotency(key, NOW).await.unwrap(), None);
    assert_eq!(store.messages_of(new.id).await.unwrap(), []);
    assert_eq!(store.challenges_of(new.id, NOW).await.unwrap(), []);
    let left = store.find_session(session).await.unwrap().unwrap();
    assert_eq!((left.customer, left.session.device, left.session.network), (None, None, None));
    assert_eq!(left.session.ended_at, Some(NOW + HOUR));
    let trail = store.audit_of(new.id, 100).await.unwrap();
    assert_eq!(trail.len(), 4);
    assert!(trail.iter().all(|event| event.network.is_none() && event.device.is_none()));
}

/// A customer with a session, an address, an idempotency record, a message that waits and an open challenge.
pub(super) async fn furnished(
    database: &TestDatabase,
) -> (NewCustomer, doorstep_base::SessionId, SecretHash) {
    let store = &database.store;
    let new = made::customer();
    let first = made::session(new.id, SessionMode::Jwt);
    let record = made::idempotency(&new, first.id);
    let audit = made::event(AuditKind::SignedUp, new.id);
    store
        .insert_customer_unless_taken(new.clone(), Some(first), Some(record.clone()), audit.into())
        .await
        .unwrap();
    let session = made::logged_in(store, &new, SessionMode::Cookie).await;
    store.post_message(super::outbox::message(new.id)).await.unwrap();
    let challenge = Challenge { customer: Some(new.id), ..super::challenges::challenge() };
    store.open_challenge(challenge, None, None).await.unwrap();
    let audit = made::event(AuditKind::AddressAdded, new.id);
    let uses = doorstep_store::DefaultUse::default();
    store.insert_address_if_below(9, new.id, made::address(), uses, NOW, audit.into()).await.unwrap();
    (new, session.id, record.key)
}

pub async fn erasing_leaves_others_alone(database: TestDatabase) {
    let store = &database.store;
    let (new, (other, session, key)) = (made::signed_up(store).await, furnished(&database).await);
    let audit = made::event(AuditKind::AccountErased, new.id);
    assert!(store.erase_customer(made::proof(&new), NOW, audit.into()).await.unwrap());
    assert_eq!(found(&database, &other).await, Some(other.clone().into_customer()));
    assert_eq!(store.addresses_of(other.id).await.unwrap().len(), 1);
    assert!(store.find_idempotency(key, NOW).await.unwrap().is_some());
    assert_eq!(store.messages_of(other.id).await.unwrap().len(), 1);
    assert_eq!(store.challenges_of(other.id, NOW).await.unwrap().len(), 1);
    let session = store.find_session(session).await.unwrap().unwrap().session;
    assert!(session.is_live(NOW) && session.device.is_some() && session.network.is_some());
    assert!(store.audit_of(other.id, 9).await.unwrap().iter().all(|event| event.device.is_some()));
}

pub async fn an_erased_address_can_sign_up_again_and_inherits_nothing(database: TestDatabase) {
    let store = &database.store;
    let (old, _, _) = furnished(&database).await;
    let audit = made::event(AuditKind::AccountErased, old.id);
    assert!(store.erase_customer(made::proof(&old), NOW, audit.into()).await.unwrap());
    let mut new = made::customer();
    new.email_key.clone_from(&old.email_key);
    let audit = made::event(AuditKind::SignedUp, new.id);
    let outcome = store.insert_customer_unless_taken(new.clone(), None, None, audit.into()).await.unwrap();
    assert_eq!(outcome, SignupOutcome::Inserted);
    assert_eq!(store.addresses_of(new.id).await.unwrap(), []);
    assert_eq!(store.sessions_of(new.id, NOW).await.unwrap(), []);
    assert_eq!(made::trail(store, new.id).await, ["signed_up"]);
}

pub async fn an_outdated_proof_erases_nobody(database: TestDatabase) {
    let store = &database.store;
    let (new, session, _) = furnished(&database).await;
    let nobody = CustomerId::from_bytes(made::bytes());
    for proof in [made::stale_proof(&new), Proof { customer: nobody, ..made::proof(&new) }] {
        let customer = proof.customer;
        let audit = made::event(AuditKind::AccountErased, customer);
        assert!(!store.erase_customer(proof, NOW, audit.into()).await.unwrap());
    }
    assert_eq!(found(&database, &new).await, Some(new.clone().into_customer()));
    assert_eq!(store.addresses_of(new.id).await.unwrap().len(), 1);
    assert!(store.find_session(session).await.unwrap().unwrap().session.is_live(NOW));
    assert_eq!(made::trail(store, new.id).await.len(), 3);
}

pub async fn of_racing_erasures_one_succeeds(database: TestDatabase) {
    for callers in CALLERS {
        let (new, _, _) = furnished(&database).await;
        let outcomes = race(&database, callers, |store, _| {
            let (proof, audit) = (made::proof(&new), made::event(AuditKind::AccountErased, new.id));
            async move { store.erase_customer(proof, NOW, audit.into()).await.unwrap() }
        });
        assert_eq!(count(&outcomes.await, &true), 1);
        let trail = made::trail(&database.store, new.id).await;
        assert_eq!(count(&trail, &"account_erased"), 1);
    }
}
