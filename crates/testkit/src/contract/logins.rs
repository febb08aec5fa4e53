//! Logins: what a proven password opens, and what it does not.

use std::sync::Arc;

use doorstep_store::{
    AuditKind, Detail, InsertSession, NewSession, PasswordOutcome, Proof, ReplacePassword, SessionMode, Store,
};

use super::made::{self, DAY, MINUTE, NOW};
use super::race::{CALLERS, count, race};
use super::sessions::{end, live};
use crate::TestDatabase;

/// Opens a session for a proof.
async fn insert(store: &Arc<dyn Store>, session: &NewSession, proof: Proof, most: u32) -> InsertSession {
    let audit = made::event(AuditKind::LoggedIn, proof.customer);
    store.insert_session(session.clone(), proof, most, vec![], audit.into()).await.unwrap()
}

pub async fn a_stale_proof_opens_nothing(database: TestDatabase) {
    let store = &database.store;
    let (customer, disabled, erased) =
        (made::signed_up(store).await, made::signed_up(store).await, made::signed_up(store).await);
    let audit = made::event(AuditKind::AccountDisabled, disabled.id);
    assert!(store.set_disabled(disabled.id, Some(NOW), NOW, audit.into()).await.unwrap());
    let audit = made::event(AuditKind::AccountErased, erased.id);
    assert!(store.erase_customer(made::proof(&erased), NOW, audit.into()).await.unwrap());
    for proof in [
        made::stale_proof(&customer),
        made::proof(&disabled),
        made::proof(&erased),
        made::proof(&made::customer()),
    ] {
        let session = made::session(proof.customer, SessionMode::Cookie);
        let before = made::trail(store, proof.customer).await;
        assert_eq!(insert(store, &session, proof, 9).await, InsertSession::ProofStale);
        assert!(store.find_session(session.id).await.unwrap().is_none());
        assert_eq!(made::trail(store, proof.customer).await, before);
    }
}

pub async fn no_session_of_an_old_password_outlives_its_change(database: TestDatabase) {
    for round in 0..5 {
        let customer = made::signed_up(&database.store).await;
        let outcomes = race(&database, 20, |store, caller| {
            let customer = customer.clone();
            async move {
                if caller == round {
                    let change = ReplacePassword {
                        proof: made::proof(&customer),
                        replacement: "$next".to_owned(),
                        session: None,
                        idempotency: None,
                        now: NOW,
                    };
                    let audit = made::event(AuditKind::PasswordChanged, customer.id);
                    let outcome = store.replace_password(change, audit.into()).await.unwrap();
                    assert_eq!(outcome, PasswordOutcome::Replaced);
                } else {
                    let session = made::session(customer.id, SessionMode::Cookie);
                    insert(&store, &session, made::proof(&customer), 99).await;
                }
            }
        });
        outcomes.await;
        assert_eq!(live(&database.store, &customer, NOW).await, []);
    }
}

pub async fn no_session_outlives_disabling_or_erasing(database: TestDatabase) {
    for erase in [false, true] {
        let customer = made::signed_up(&database.store).await;
        let outcomes = race(&database, 20, |store, caller| {
            let customer = customer.clone();
            async move {
                let audit = made::event(AuditKind::AccountDisabled, customer.id);
                if caller != 7 {
                    let session = made::session(customer.id, SessionMode::Cookie);
                    insert(&store, &session, made::proof(&customer), 99).await;
                } else if erase {
                    let proof = made::proof(&customer);
                    assert!(store.erase_customer(proof, NOW, audit.into()).await.unwrap());
                } else {
                    assert!(store.set_disabled(customer.id, Some(NOW), NOW, audit.into()).await.unwrap());
                }
            }
        });
        outcomes.await;
        assert_eq!(live(&database.store, &customer, NOW).await, []);
    }
}

pub async fn a_session_that_cannot_be_written_leaves_nothing(database: TestDatabase) {
    let store = &database.store;
    let customer = made::signed_up(store).await;
    let standing = made::logged_in(store, &customer, SessionMode::Cookie).await;
    let mut twin = made::session(customer.id, SessionMode::Cookie);
    twin.secret = standing.secret;
    let audit = made::event(AuditKind::LoggedIn, customer.id);
    let outcome = store.insert_session(twin, made::proof(&customer), 1, vec![], audit.into()).await;
    assert!(outcome.is_err(), "two sessions share a secret");
    assert!(made::lets_in(store, &standing, NOW).await, "the one beyond the limit was not ended either");
    assert_eq!(made::trail(store, customer.id).await, ["logged_in", "signed_up"]);
}

pub async fn beyond_the_limit_the_least_recently_used_end(database: TestDatabase) {
    let store = &database.store;
    let customer = made::signed_up(store).await;
    let mut sessions = Vec::new();
    for minute in 0..4 {
        let mut session = made::session(customer.id, SessionMode::Cookie);
        session.created_at = NOW + MINUTE * minute;
        assert_eq!(insert(store, &session, made::proof(&customer), 3).await, InsertSession::Inserted);
        sessions.push(session);
        if minute == 2 {
            // The oldest was used last, so it stays.
            store.touch_session(sessions[0].id, NOW + MINUTE * 2, NOW + DAY).await.unwrap();
        }
    }
    let now = NOW + MINUTE * 4;
    let mut stand = Vec::new();
    for session in &sessions {
        stand.push(made::lets_in(store, session, now).await);
    }
    assert_eq!(stand, [true, false, true, true]);
    let mut last = made::session(customer.id, SessionMode::Cookie);
    last.created_at = now;
    insert(store, &last, made::proof(&customer), 1).await;
    assert_eq!(live(store, &customer, now).await, [last.id]);
    // The event of the login tells it.
    let events = store.audit_of(customer.id, 100).await.unwrap();
    let mut told: Vec<_> = events.iter().filter_map(|event| event.detail).collect();
    told.sort_by_key(|detail| detail.text());
    assert_eq!(told, [Detail::Sessions(1), Detail::Sessions(3)]);
}

pub async fn sessions_that_are_over_do_not_count_for_the_limit(database: TestDatabase) {
    let store = &database.store;
    let customer = made::signed_up(store).await;
    let ended = made::logged_in(store, &customer, SessionMode::Cookie).await;
    end(store, &ended, NOW).await;
    let mut expired = made::session(customer.id, SessionMode::Cookie);
    expired.idle_expires_at = NOW;
    made::log_in(store, &customer, expired).await;
    let stays = made::logged_in(store, &customer, SessionMode::Cookie).await;
    let new = made::session(customer.id, SessionMode::Cookie);
    insert(store, &new, made::proof(&customer), 2).await;
    assert!(made::lets_in(store, &stays, NOW).await && made::lets_in(store, &new, NOW).await);
}

pub async fn racing_logins_never_pass_the_limit(database: TestDatabase) {
    for callers in CALLERS {
        let customer = made::signed_up(&database.store).await;
        let outcomes = race(&database, callers, |store, _| {
            let (session, proof) = (made::session(customer.id, SessionMode::Cookie), made::proof(&customer));
            async move { insert(&store, &session, proof, 5).await }
        });
        assert_eq!(count(&outcomes.await, &InsertSession::Inserted), callers);
        assert_eq!(live(&database.store, &customer, NOW).await.len(), callers.min(5));
    }
}
