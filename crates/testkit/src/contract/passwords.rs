//! Passwords replaced and rehashed, accounts disabled, and what that does to sessions.

use std::sync::Arc;

use doorstep_store::{
    Acting, AuditKind, EndReason, InsertSession, NewCustomer, PasswordOutcome, Proof, ReplacePassword,
    SessionMode, Store, Trail,
};

use super::customers::found;
use super::made::{self, HOUR, NOW};
use super::race::{CALLERS, race};
use crate::TestDatabase;

fn new_password(customer: &NewCustomer, replacement: &str) -> ReplacePassword {
    ReplacePassword {
        proof: made::proof(customer),
        replacement: replacement.to_owned(),
        session: None,
        idempotency: None,
        now: NOW + HOUR,
    }
}

pub(super) async fn replaced(store: &Arc<dyn Store>, customer: &NewCustomer) {
    let audit = made::event(AuditKind::PasswordChanged, customer.id);
    let outcome = store.replace_password(new_password(customer, "$next"), audit.into()).await.unwrap();
    assert_eq!(outcome, PasswordOutcome::Replaced);
}

pub async fn a_new_password_ends_every_session_and_opens_the_next(database: TestDatabase) {
    let store = &database.store;
    let (new, stranger) = (made::signed_up(store).await, made::signed_up(store).await);
    let strangers = made::logged_in(store, &stranger, SessionMode::Token).await;
    for (changes, mode) in [SessionMode::Cookie, SessionMode::Jwt, SessionMode::Token].into_iter().enumerate()
    {
        let version = i64::try_from(changes).unwrap() + 1;
        let proof = Proof { customer: new.id, credentials_version: version };
        let (acting, other) = (made::session(new.id, mode), made::session(new.id, SessionMode::Jwt));
        for session in [&acting, &other] {
            let audit = made::event(AuditKind::LoggedIn, new.id);
            let opened = store.insert_session(session.clone(), proof, 9, Vec::new(), audit.into()).await;
            assert_eq!(opened.unwrap(), InsertSession::Inserted);
        }
        let next = made::session(new.id, mode);
        let change = ReplacePassword { proof, session: Some(next.clone()), ..new_password(&new, "$next") };
        let audit = made::event(AuditKind::PasswordChanged, new.id);
        assert_eq!(store.replace_password(change, audit.into()).await.unwrap(), PasswordOutcome::Replaced);
        assert!(made::lets_in(store, &next, NOW + HOUR).await, "{mode:?}");
        for session in [&acting, &other] {
            assert!(!made::lets_in(store, session, NOW + HOUR).await, "{mode:?}");
            assert!(!store.find_session(session.id).await.unwrap().unwrap().session.is_live(NOW + HOUR));
        }
        assert_eq!(store.sessions_of(new.id, NOW + HOUR).await.unwrap().len(), 1);
    }
    assert!(made::lets_in(store, &strangers, NOW + HOUR).await);
    let mut expected = new.clone().into_customer();
    expected.credentials_version = 4;
    assert_eq!(store.find_password(new.id).await.unwrap().as_deref(), Some("$next"));
    assert_eq!(found(&database, &new).await, Some(expected), "what the profile shows has not changed");
    assert_eq!(
        made::trail(store, new.id).await.iter().filter(|kind| **kind == "password_changed").count(),
        3
    );
}

/// The session that a change of password opens ends with all others, or is never opened.
pub async fn no_session_slips_through_when_all_end_while_the_password_changes(database: TestDatabase) {
    let store = &database.store;
    for _ in 0..20 {
        let new = made::signed_up(store).await;
        let session = made::logged_in(store, &new, SessionMode::Token).await.id;
        let next = Some(made::session(new.id, SessionMode::Token));
        let change = ReplacePassword { session: next, ..new_password(&new, "$next") };
        let acting = Acting { session, proof: made::proof(&new), now: NOW + HOUR };
        let trail: Trail = made::event(AuditKind::PasswordChanged, new.id).into();
        let trail = Trail { acting: Some(acting), ..trail };
        let (operator, id) = (store.clone(), new.id);
        let ending = tokio::spawn(async move {
            let audit = made::event(AuditKind::SessionEnded, id);
            operator.end_sessions(id, None, EndReason::EndedByOperator, NOW + HOUR, audit.into()).await
        });
        let changed = store.replace_password(change, trail).await;
        assert_eq!(ending.await.unwrap().unwrap(), 1);
        assert_eq!(store.sessions_of(new.id, NOW + HOUR).await.unwrap(), [], "{changed:?}");
    }
}

pub async fn a_change_of_password_is_found_by_its_key(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let next = made::session(new.id, SessionMode::Jwt);
    let record = made::idempotency(&new, next.id);
    let change = ReplacePassword {
        session: Some(next.clone()),
        idempotency: Some(record.clone()),
        ..new_password(&new, "$next")
    };
    let audit = made::event(AuditKind::PasswordChanged, new.id);
    assert_eq!(store.replace_password(change, audit.into()).await.unwrap(), PasswordOutcome::Replaced);
    assert_eq!(store.find_idempotency(record.key, NOW).await.unwrap(), Some(record.clone()));
    assert_eq!(store.find_session(next.id).await.unwrap().unwrap().session.refresh, next.refresh);

    // Somebody else's key opens nothing, and leaves everything as it was.
    let other = made::signed_up(store).await;
    let standing = made::logged_in(store, &other, SessionMode::Token).await;
    let change = ReplacePassword {
        session: Some(made::session(other.id, SessionMode::Token)),
        idempotency: Some(record),
        ..new_password(&other, "$taken")
    };
    let audit = made::event(AuditKind::PasswordChanged, other.id);
    assert_eq!(store.replace_password(change, audit.into()).await.unwrap(), PasswordOutcome::KeyUsed);
    assert!(made::lets_in(store, &standing, NOW + HOUR).await);
    assert_eq!(store.find_password(other.id).await.unwrap(), other.password_hash);
    assert_eq!(found(&database, &other).await, Some(other.clone().into_customer()));
}

pub async fn a_new_password_without_a_session_ends_all(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let session = made::logged_in(store, &new, SessionMode::Cookie).await;
    let audit = made::event(AuditKind::PasswordChanged, new.id);
    let outcome = store.replace_password(new_password(&new, "$next"), audit.into()).await.unwrap();
    assert_eq!(outcome, PasswordOutcome::Replaced);
    assert!(!made::lets_in(store, &session, NOW + HOUR).await);
}

pub async fn a_new_password_forgets_the_sign_up_key(database: TestDatabase) {
    let store = &database.store;
    let new = made::customer();
    let record = made::idempotency(&new, made::session(new.id, SessionMode::Jwt).id);
    let audit = made::event(AuditKind::SignedUp, new.id);
    store.insert_customer_unless_taken(new.clone(), None, Some(record.clone()), audit.into()).await.unwrap();
    let audit = made::event(AuditKind::PasswordChanged, new.id);
    let outcome = store.replace_password(new_password(&new, "$next"), audit.into()).await.unwrap();
    assert_eq!(outcome, PasswordOutcome::Replaced);
    assert_eq!(store.find_idempotency(record.key, NOW).await.unwrap(), None);
}

pub async fn an_outdated_proof_replaces_no_password(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let session = made::logged_in(store, &new, SessionMode::Cookie).await;
    let of_nobody = made::proof(&made::customer());
    for proof in [made::stale_proof(&new), Proof { credentials_version: 2, ..made::proof(&new) }, of_nobody] {
        let change = ReplacePassword { proof, ..new_password(&new, "$next") };
        let audit = made::event(AuditKind::PasswordChanged, new.id);
        let outcome = store.replace_password(change, audit.into()).await.unwrap();
        assert_eq!(outcome, PasswordOutcome::ProofStale, "{proof:?}");
        let audit = made::event(AuditKind::PasswordRehashed, new.id);
        assert!(!store.rehash_password(proof, "$next", audit.into()).await.unwrap(), "{proof:?}");
    }
    assert_eq!(store.find_password(new.id).await.unwrap(), new.password_hash);
    assert_eq!(found(&database, &new).await, Some(new.clone().into_customer()));
    assert!(made::lets_in(store, &session, NOW + HOUR).await);
    assert_eq!(made::trail(store, new.id).await, ["logged_in", "signed_up"]);
}

pub async fn of_racing_password_changes_one_succeeds(database: TestDatabase) {
    for callers in CALLERS {
        let new = made::signed_up(&database.store).await;
        let outcomes = race(&database, callers, |store, caller| {
            let change = new_password(&new, &format!("${caller}"));
            let audit = made::event(AuditKind::PasswordChanged, new.id);
            async move {
                let outcome = store.replace_password(change, audit.into()).await.unwrap();
                (outcome == PasswordOutcome::Replaced, format!("${caller}"))
            }
        });
        let won: Vec<_> = outcomes.await.into_iter().filter_map(|(won, hash)| won.then_some(hash)).collect();
        assert_eq!(won.len(), 1);
        let stands = database.store.find_password(new.id).await.unwrap();
        assert_eq!(stands.as_ref(), Some(&won[0]));
    }
}

pub async fn a_rehash_leaves_the_sessions_alone(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let session = made::logged_in(store, &new, SessionMode::Cookie).await;
    let audit = made::event(AuditKind::PasswordRehashed, new.id);
    assert!(store.rehash_password(made::proof(&new), "$stronger", audit.into()).await.unwrap());
    assert!(made::lets_in(store, &session, NOW + HOUR).await);
    assert_eq!(store.find_password(new.id).await.unwrap().as_deref(), Some("$stronger"));
    // The same password: what it proved still holds.
    made::logged_in(store, &new, SessionMode::Cookie).await;
    let trail = made::trail(store, new.id).await;
    assert_eq!(trail, ["logged_in", "logged_in", "password_rehashed", "signed_up"]);
}

pub async fn a_customer_without_a_password_can_get_one(database: TestDatabase) {
    let store = &database.store;
    let new = NewCustomer { password_hash: None, ..made::customer() };
    let audit = made::event(AuditKind::SignedUp, new.id);
    store.insert_customer_unless_taken(new.clone(), None, None, audit.into()).await.unwrap();
    assert_eq!(store.find_password(new.id).await.unwrap(), None);
    let audit = made::event(AuditKind::PasswordRehashed, new.id);
    assert!(!store.rehash_password(made::proof(&new), "$first", audit.into()).await.unwrap());
    let audit = made::event(AuditKind::PasswordChanged, new.id);
    let outcome = store.replace_password(new_password(&new, "$first"), audit.into()).await.unwrap();
    assert_eq!(outcome, PasswordOutcome::Replaced);
    assert_eq!(store.find_password(new.id).await.unwrap().as_deref(), Some("$first"));
    assert_eq!(made::trail(store, new.id).await, ["password_changed", "signed_up"]);
}

pub async fn disabling_ends_every_session_and_enabling_revives_none(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let session = made::logged_in(store, &new, SessionMode::Token).await;
    let audit = made::event(AuditKind::AccountDisabled, new.id);
    assert!(store.set_disabled(new.id, Some(NOW + HOUR), NOW + HOUR, audit.into()).await.unwrap());
    assert_eq!(found(&database, &new).await.unwrap().disabled_at, Some(NOW + HOUR));
    assert!(!made::lets_in(store, &session, NOW + HOUR).await);
    let again = made::session(new.id, SessionMode::Cookie);
    let audit = made::event(AuditKind::LoggedIn, new.id);
    let outcome = store.insert_session(again, made::proof(&new), 9, vec![], audit.into()).await.unwrap();
    assert_eq!(outcome, InsertSession::ProofStale);

    let audit = made::event(AuditKind::AccountEnabled, new.id);
    assert!(store.set_disabled(new.id, None, NOW + HOUR, audit.into()).await.unwrap());
    assert!(!made::lets_in(store, &session, NOW + HOUR).await);
    assert_eq!(found(&database, &new).await, Some(new.clone().into_customer()));
    made::logged_in(store, &new, SessionMode::Token).await;
}

pub async fn nobody_cannot_be_disabled(database: TestDatabase) {
    let nobody = made::customer().id;
    let audit = made::event(AuditKind::AccountDisabled, nobody);
    assert!(!database.store.set_disabled(nobody, Some(NOW), NOW, audit.into()).await.unwrap());
    assert_eq!(made::trail(&database.store, nobody).await, [""; 0]);
}
