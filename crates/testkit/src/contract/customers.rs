//! Customers: signing up and being found.

use doorstep_base::CustomerId;
use doorstep_store::{AuditKind, Customer, NewCustomer, NewSession, SessionMode, SignupOutcome, StoreError};

use super::made::{self, DAY, HOSTILE, NOW};
use super::race::{CALLERS, count, race};
use crate::TestDatabase;

/// By id and by address, which must agree.
pub(super) async fn found(database: &TestDatabase, customer: &NewCustomer) -> Option<Customer> {
    let by_id = database.store.find_customer(customer.id).await.unwrap();
    let by_email = database.store.find_customer_by_email(&customer.email_key).await.unwrap();
    assert_eq!(by_id, by_email);
    by_id
}

pub async fn a_new_customer_is_found_by_id_and_by_address(database: TestDatabase) {
    for optional in [true, false] {
        let mut new = made::customer();
        if !optional {
            (new.phone, new.locale, new.marketing_consent_at) = (None, None, None);
        }
        let audit = made::event(AuditKind::SignedUp, new.id);
        let outcome =
            database.store.insert_customer_unless_taken(new.clone(), None, None, audit.into()).await.unwrap();
        assert_eq!(outcome, SignupOutcome::Inserted);
        assert_eq!(found(&database, &new).await, Some(new.into_customer()));
    }
}

pub async fn an_unknown_customer_is_none(database: TestDatabase) {
    made::signed_up(&database.store).await;
    assert_eq!(found(&database, &made::customer()).await, None);
    for hostile in HOSTILE {
        assert_eq!(database.store.find_customer_by_email(hostile).await.unwrap(), None, "{hostile:?}");
    }
}

pub async fn the_newest_customers_are_told_first(database: TestDatabase) {
    let store = &database.store;
    assert_eq!(store.newest_customers(10).await.unwrap(), []);
    let mut told = Vec::new();
    // 0x7f and 0x80: bytes are compared without a sign.
    for first in [0x80, 0x01, 0xff, 0x7f] {
        let mut new = made::customer();
        let mut id: [u8; 16] = made::bytes();
        id[0] = first;
        new.id = CustomerId::from_bytes(id);
        let audit = made::event(AuditKind::SignedUp, new.id);
        store.insert_customer_unless_taken(new.clone(), None, None, audit.into()).await.unwrap();
        told.push(new.into_customer());
    }
    told.sort_by_key(|customer| std::cmp::Reverse(*customer.id.as_bytes()));
    assert_eq!(store.newest_customers(10).await.unwrap(), told);
    assert_eq!(store.newest_customers(2).await.unwrap(), told[..2]);
    assert_eq!(store.newest_customers(0).await.unwrap(), []);
}

pub async fn a_sign_up_opens_its_session_and_leaves_its_trail(database: TestDatabase) {
    let store = &database.store;
    let new = made::customer();
    let session = made::session(new.id, SessionMode::Jwt);
    let record = made::idempotency(&new, session.id);
    let audit = made::event(AuditKind::SignedUp, new.id);
    store
        .insert_customer_unless_taken(
            new.clone(),
            Some(session.clone()),
            Some(record.clone()),
            audit.clone().into(),
        )
        .await
        .unwrap();
    let opened = store.find_session_by_secret(session.secret).await.unwrap().unwrap();
    assert_eq!((opened.session.id, opened.customer), (session.id, Some(new.clone().into_customer())));
    assert_eq!(store.find_idempotency(record.key, NOW).await.unwrap(), Some(record));
    assert_eq!(store.audit_of(new.id, 10).await.unwrap(), [audit]);
}

pub async fn a_taken_address_writes_nothing(database: TestDatabase) {
    let store = &database.store;
    let first = made::signed_up(store).await;
    let mut second = made::customer();
    second.email_key.clone_from(&first.email_key);
    let session = made::session(second.id, SessionMode::Cookie);
    let record = made::idempotency(&second, session.id);
    let audit = made::event(AuditKind::SignedUp, second.id);
    let outcome = store
        .insert_customer_unless_taken(
            second.clone(),
            Some(session.clone()),
            Some(record.clone()),
            audit.into(),
        )
        .await
        .unwrap();
    assert_eq!(outcome, SignupOutcome::EmailTaken);
    assert_eq!(store.find_customer(second.id).await.unwrap(), None);
    assert!(store.find_session(session.id).await.unwrap().is_none());
    assert_eq!(store.find_idempotency(record.key, NOW).await.unwrap(), None);
    assert_eq!(made::trail(store, second.id).await, [""; 0]);
    assert_eq!(found(&database, &first).await, Some(first.into_customer()));
}

pub async fn a_sign_up_that_fails_half_way_writes_nothing(database: TestDatabase) {
    let store = &database.store;
    let first = made::signed_up(store).await;
    let standing = made::logged_in(store, &first, SessionMode::Cookie).await;
    let new = made::customer();
    let mut session = made::session(new.id, SessionMode::Cookie);
    session.secret = standing.secret;
    let record = made::idempotency(&new, session.id);
    let audit = made::event(AuditKind::SignedUp, new.id);
    let outcome = store
        .insert_customer_unless_taken(new.clone(), Some(session), Some(record.clone()), audit.into())
        .await;
    assert!(outcome.is_err(), "two sessions share a secret");
    assert_eq!(found(&database, &new).await, None);
    assert_eq!(store.find_idempotency(record.key, NOW).await.unwrap(), None);
    assert_eq!(made::trail(store, new.id).await, [""; 0]);
}

pub async fn of_racing_sign_ups_with_one_address_one_is_inserted(database: TestDatabase) {
    for callers in CALLERS {
        let shared = made::customer().email_key;
        let outcomes = race(&database, callers, |store, _| {
            let mut new = made::customer();
            new.email_key.clone_from(&shared);
            let session = Some(made::session(new.id, SessionMode::Cookie));
            let audit = made::event(AuditKind::SignedUp, new.id);
            async move { store.insert_customer_unless_taken(new, session, None, audit.into()).await.unwrap() }
        });
        let outcomes = outcomes.await;
        assert_eq!(count(&outcomes, &SignupOutcome::Inserted), 1);
        assert_eq!(count(&outcomes, &SignupOutcome::EmailTaken), callers - 1);
    }
}

pub async fn of_racing_sign_ups_with_one_key_one_is_carried_out(database: TestDatabase) {
    for callers in CALLERS {
        let key = made::hash();
        let outcomes = race(&database, callers, |store, _| {
            let new = made::customer();
            let mut record = made::idempotency(&new, made::session(new.id, SessionMode::Jwt).id);
            record.key = key;
            let (id, audit) = (new.id, made::event(AuditKind::SignedUp, new.id));
            async move {
                let outcome =
                    store.insert_customer_unless_taken(new, None, Some(record), audit.into()).await.unwrap();
                let written = store.find_customer(id).await.unwrap().is_some();
                assert_eq!(written, outcome == SignupOutcome::Inserted);
                outcome
            }
        });
        let outcomes = outcomes.await;
        assert_eq!(count(&outcomes, &SignupOutcome::Inserted), 1);
        assert_eq!(count(&outcomes, &SignupOutcome::KeyUsed), callers - 1);
    }
}

pub async fn a_used_key_is_told_before_a_taken_address(database: TestDatabase) {
    let store = &database.store;
    let new = made::customer();
    let record = made::idempotency(&new, made::session(new.id, SessionMode::Jwt).id);
    for expected in [SignupOutcome::Inserted, SignupOutcome::KeyUsed] {
        let audit = made::event(AuditKind::SignedUp, new.id);
        let outcome =
            store.insert_customer_unless_taken(new.clone(), None, Some(record.clone()), audit.into()).await;
        assert_eq!(outcome.unwrap(), expected);
    }
}

pub async fn an_expired_key_is_not_found_and_is_replaced(database: TestDatabase) {
    let store = &database.store;
    let new = made::customer();
    let record = made::idempotency(&new, made::session(new.id, SessionMode::Jwt).id);
    let audit = made::event(AuditKind::SignedUp, new.id);
    store.insert_customer_unless_taken(new, None, Some(record.clone()), audit.into()).await.unwrap();
    assert_eq!(store.find_idempotency(record.key, record.expires_at).await.unwrap(), None);
    assert_eq!(store.find_idempotency(made::hash(), NOW).await.unwrap(), None);

    let again = made::customer();
    let mut later = made::idempotency(&again, made::session(again.id, SessionMode::Jwt).id);
    (later.key, later.created_at, later.expires_at) =
        (record.key, record.expires_at, record.expires_at + DAY);
    let audit = made::event(AuditKind::SignedUp, again.id);
    let outcome =
        store.insert_customer_unless_taken(again, None, Some(later.clone()), audit.into()).await.unwrap();
    assert_eq!(outcome, SignupOutcome::Inserted);
    assert_eq!(store.find_idempotency(record.key, record.expires_at).await.unwrap(), Some(later));
}

pub async fn hostile_text_is_kept_byte_for_byte(database: TestDatabase) {
    for text in HOSTILE {
        let mut new = made::customer();
        (new.name, new.email) = ((*text).to_owned(), (*text).to_owned());
        new.password_hash = Some((*text).to_owned());
        (new.phone, new.locale) = (Some((*text).to_owned()), Some((*text).to_owned()));
        new.email_key = format!("{text}{}", new.email_key);
        let audit = made::event(AuditKind::SignedUp, new.id);
        database.store.insert_customer_unless_taken(new.clone(), None, None, audit.into()).await.unwrap();
        let expected = new.clone().into_customer();
        assert_eq!(found(&database, &new).await, Some(expected), "{text:?}");
        assert_eq!(database.store.find_password(new.id).await.unwrap(), new.password_hash, "{text:?}");
    }
}

/// Not every engine can keep U+0000 in text, so none does.
pub async fn text_with_nul_is_refused_and_writes_nothing(database: TestDatabase) {
    let store = &database.store;
    let spoils: [fn(&mut NewCustomer, &mut NewSession); 4] = [
        |new, _| new.name.push('\0'),
        |new, _| new.email.insert(0, '\0'),
        |new, _| new.phone = Some("\u{0}".to_owned()),
        |_, session| session.device = Some("Firefox\u{0}".to_owned()),
    ];
    for spoil in spoils {
        let mut new = made::customer();
        let mut session = made::session(new.id, SessionMode::Cookie);
        spoil(&mut new, &mut session);
        let audit = made::event(AuditKind::SignedUp, new.id);
        let refused =
            store.insert_customer_unless_taken(new.clone(), Some(session.clone()), None, audit.into()).await;
        assert!(matches!(refused, Err(StoreError::NulInText)), "{refused:?}");
        assert_eq!(found(&database, &new).await, None);
        assert!(store.find_session(session.id).await.unwrap().is_none());
        assert!(made::trail(store, new.id).await.is_empty());
    }
}

pub async fn keys_that_differ_in_one_byte_are_two_customers(database: TestDatabase) {
    let keys = [
        "mike@example.com",
        "Mike@example.com",
        "mike@example.com ",
        "mike@example.com\u{0}",
        "mikë@example.com",
        "mike\u{308}@example.com",
        "m\u{131}ke@example.com",
        "mıke@example.com\u{200b}",
        "strasse@example.com",
        "straße@example.com",
        "mi%@example.com",
        "mi_e@example.com",
    ];
    for key in keys {
        let mut new = made::customer();
        new.email_key = key.to_owned();
        let audit = made::event(AuditKind::SignedUp, new.id);
        let outcome =
            database.store.insert_customer_unless_taken(new.clone(), None, None, audit.into()).await.unwrap();
        assert_eq!(outcome, SignupOutcome::Inserted, "{key:?}");
        assert_eq!(found(&database, &new).await.map(|found| found.id), Some(new.id));
    }
}
