//! What a request writes that was let in by a session which has ended since: nothing.

use std::sync::Arc;

use doorstep_base::SessionId;
use doorstep_store::{
    Acting, AuditKind, DefaultUse, EndReason, InsertAddress, NewCustomer, PasswordOutcome, ProfileChange,
    ReplacePassword, SessionMode, Store, StoreError, Trail,
};
use tokio::task::JoinSet;

use super::made::{self, MINUTE, NOW};
use super::race::race;
use super::sessions::end;
use crate::TestDatabase;

/// What a request leaves that `session` was let in for.
fn by(customer: &NewCustomer, session: SessionId, kind: AuditKind) -> Trail {
    let acting = Acting { session, proof: made::proof(customer), now: NOW };
    Trail { acting: Some(acting), ..made::event(kind, customer.id).into() }
}

/// Everything that a signed-in customer can write, tried by `session`. Which of it was written.
async fn write_everything(
    store: &Arc<dyn Store>,
    customer: &NewCustomer,
    session: SessionId,
) -> Vec<Result<bool, StoreError>> {
    let trail = |kind| by(customer, session, kind);
    let (id, uses) = (customer.id, DefaultUse::default());
    let address = made::address();
    let change = ProfileChange { name: Some("Eve".to_owned()), ..ProfileChange::default() };
    let other = made::logged_in(store, customer, SessionMode::Token).await.id;
    let standing = made::address();
    let audit = made::event(AuditKind::AddressAdded, id);
    store.insert_address_if_below(99, id, standing.clone(), uses, NOW, audit.into()).await.unwrap();
    let password = ReplacePassword {
        proof: made::proof(customer),
        replacement: "$next".to_owned(),
        session: Some(made::session(id, SessionMode::Token)),
        idempotency: None,
        now: NOW,
    };
    vec![
        store.update_profile(id, None, change, NOW, trail(AuditKind::ProfileChanged)).await.map(|_| true),
        store
            .insert_address_if_below(99, id, address, uses, NOW, trail(AuditKind::AddressAdded))
            .await
            .map(|outcome| matches!(outcome, InsertAddress::Inserted(_))),
        store
            .replace_address(id, standing.clone(), NOW, uses, NOW, trail(AuditKind::AddressChanged))
            .await
            .map(|_| true),
        store.delete_address(id, standing.0, trail(AuditKind::AddressRemoved)).await,
        store.end_session(id, other, EndReason::EndedByCustomer, NOW, trail(AuditKind::SessionEnded)).await,
        store
            .end_sessions(
                id,
                Some(session),
                EndReason::EndedByCustomer,
                NOW,
                trail(AuditKind::OtherSessionsEnded),
            )
            .await
            .map(|_| true),
        store.record(trail(AuditKind::DataExported)).await.map(|()| true),
        store
            .replace_password(password, trail(AuditKind::PasswordChanged))
            .await
            .map(|outcome| outcome == PasswordOutcome::Replaced),
    ]
}

pub async fn a_live_session_writes_everything(database: TestDatabase) {
    let store = &database.store;
    let customer = made::signed_up(store).await;
    let session = made::logged_in(store, &customer, SessionMode::Cookie).await;
    for (number, written) in write_everything(store, &customer, session.id).await.into_iter().enumerate() {
        assert!(matches!(written, Ok(true)), "{number}: {written:?}");
    }
    let session = made::session(customer.id, SessionMode::Token).id;
    let erased =
        store.erase_customer(made::proof(&customer), NOW, by(&customer, session, AuditKind::AccountErased));
    assert!(matches!(erased.await, Err(StoreError::SessionOver)));
}

pub async fn a_session_that_is_over_writes_nothing(database: TestDatabase) {
    let store = &database.store;
    let (customer, somebody) = (made::signed_up(store).await, made::signed_up(store).await);
    let ended = made::logged_in(store, &customer, SessionMode::Cookie).await;
    end(store, &ended, NOW).await;
    let mut expired = made::session(customer.id, SessionMode::Token);
    expired.idle_expires_at = NOW;
    made::log_in(store, &customer, expired.clone()).await;
    let anothers = made::logged_in(store, &somebody, SessionMode::Jwt).await;
    let invented = made::session(customer.id, SessionMode::Cookie);
    for session in [ended.id, expired.id, anothers.id, invented.id] {
        let before = made::trail(store, customer.id).await.len();
        for (number, written) in write_everything(store, &customer, session).await.into_iter().enumerate() {
            assert!(matches!(written, Err(StoreError::SessionOver)), "{number}: {written:?}");
        }
        // The login and the address of the test itself.
        assert_eq!(made::trail(store, customer.id).await.len(), before + 2);
    }
    assert_eq!(store.find_customer(customer.id).await.unwrap().unwrap().name, "Mike");
}

/// A session that a new password has ended: the request was let in by what is no more.
pub async fn a_session_from_before_a_new_password_writes_nothing(database: TestDatabase) {
    let store = &database.store;
    let customer = made::signed_up(store).await;
    let session = made::logged_in(store, &customer, SessionMode::Cookie).await.id;
    let change = ReplacePassword {
        proof: made::proof(&customer),
        replacement: "$next".to_owned(),
        session: Some(made::session(customer.id, SessionMode::Cookie)),
        idempotency: None,
        now: NOW,
    };
    let parked = by(&customer, session, AuditKind::AddressAdded);
    let changed = store.replace_password(change, by(&customer, session, AuditKind::PasswordChanged)).await;
    assert_eq!(changed.unwrap(), PasswordOutcome::Replaced);
    let uses = DefaultUse::default();
    let late = store.insert_address_if_below(9, customer.id, made::address(), uses, NOW, parked).await;
    assert!(matches!(late, Err(StoreError::SessionOver)), "{late:?}");
    assert_eq!(store.addresses_of(customer.id).await.unwrap(), []);
}

/// Once an ending was acknowledged, nothing of the session's is written any more, whatever had begun.
pub async fn no_write_is_committed_after_the_ending_was_acknowledged(database: TestDatabase) {
    for round in 0..8_u64 {
        let customer = made::signed_up(&database.store).await;
        let session = made::logged_in(&database.store, &customer, SessionMode::Token).await;
        let nodes = [Arc::clone(&database.store), database.another_node().await];
        let mut writing = JoinSet::new();
        for caller in 0..20 {
            let (store, customer, id) = (Arc::clone(&nodes[caller % 2]), customer.clone(), session.id);
            writing.spawn(async move {
                let (uses, trail) = (DefaultUse::default(), by(&customer, id, AuditKind::AddressAdded));
                store.insert_address_if_below(99, customer.id, made::address(), uses, NOW, trail).await
            });
        }
        tokio::time::sleep(std::time::Duration::from_millis(round)).await;
        end(&nodes[1], &session, NOW).await;
        let at_ending = nodes[0].addresses_of(customer.id).await.unwrap().len();
        let outcomes = writing.join_all().await;
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(StoreError::SessionOver))));
        assert_eq!(nodes[0].addresses_of(customer.id).await.unwrap().len(), at_ending);
    }
}

/// A login that fails while the customer is erased.
pub async fn an_event_of_an_erased_customer_names_no_place(database: TestDatabase) {
    for _ in 0..5 {
        let customer = made::signed_up(&database.store).await;
        race(&database, 10, |store, caller| {
            let customer = customer.clone();
            async move {
                if caller == 0 {
                    let audit = made::event(AuditKind::AccountErased, customer.id);
                    assert!(
                        store
                            .erase_customer(made::proof(&customer), NOW + MINUTE, audit.into())
                            .await
                            .unwrap()
                    );
                } else {
                    let failed = made::event(AuditKind::LoginFailed, customer.id);
                    store.record(failed.into()).await.unwrap();
                }
            }
        })
        .await;
        database.store.record(made::event(AuditKind::LoginFailed, customer.id).into()).await.unwrap();
        let told = database.store.audit_of(customer.id, 99).await.unwrap();
        assert_eq!(told.len(), 12);
        assert!(told.iter().all(|event| event.network.is_none() && event.device.is_none()));
    }
}
