//! Customers and what opens their accounts.

use doorstep_base::{CustomerId, SecretHash};
use doorstep_store::{
    AuditKind, Customer, InsertSession, NewCustomer, ProfileChange, ReplacePassword, SessionMode,
    SignupOutcome, UpdateProfile,
};

use super::made::{self, DAY, HOSTILE, HOUR, MINUTE, NOW};
use super::race::{CALLERS, count, race};
use crate::TestDatabase;

async fn found(database: &TestDatabase, customer: &NewCustomer) -> Option<Customer> {
    let by_id = database.store.find_customer(customer.id).await.unwrap();
    let by_email = database.store.find_customer_by_email(&customer.email_key).await.unwrap();
    assert_eq!(by_id, by_email);
    by_id
}

fn new_password(customer: &NewCustomer, replacement: &str) -> ReplacePassword {
    ReplacePassword {
        customer: customer.id,
        proven: customer.password_hash.clone(),
        replacement: replacement.to_owned(),
        keep: None,
        now: NOW + HOUR,
    }
}

pub async fn a_new_customer_is_found_by_id_and_by_address(database: TestDatabase) {
    for optional in [true, false] {
        let mut new = made::customer();
        if !optional {
            (new.phone, new.locale, new.marketing_consent_at) = (None, None, None);
        }
        let audit = made::event(AuditKind::SignedUp, new.id);
        let outcome =
            database.store.insert_customer_unless_taken(new.clone(), None, None, audit).await.unwrap();
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

pub async fn a_sign_up_opens_its_session_and_leaves_its_trail(database: TestDatabase) {
    let store = &database.store;
    let new = made::customer();
    let session = made::session(new.id, SessionMode::Jwt);
    let record = made::idempotency(&new, session.id);
    let audit = made::event(AuditKind::SignedUp, new.id);
    store
        .insert_customer_unless_taken(new.clone(), Some(session.clone()), Some(record.clone()), audit.clone())
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
        .insert_customer_unless_taken(second.clone(), Some(session.clone()), Some(record.clone()), audit)
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
    let outcome =
        store.insert_customer_unless_taken(new.clone(), Some(session), Some(record.clone()), audit).await;
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
            async move { store.insert_customer_unless_taken(new, session, None, audit).await.unwrap() }
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
                    store.insert_customer_unless_taken(new, None, Some(record), audit).await.unwrap();
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
            store.insert_customer_unless_taken(new.clone(), None, Some(record.clone()), audit).await;
        assert_eq!(outcome.unwrap(), expected);
    }
}

pub async fn an_expired_key_is_not_found_and_is_replaced(database: TestDatabase) {
    let store = &database.store;
    let new = made::customer();
    let record = made::idempotency(&new, made::session(new.id, SessionMode::Jwt).id);
    let audit = made::event(AuditKind::SignedUp, new.id);
    store.insert_customer_unless_taken(new, None, Some(record.clone()), audit).await.unwrap();
    assert_eq!(store.find_idempotency(record.key, record.expires_at).await.unwrap(), None);
    assert_eq!(store.find_idempotency(made::hash(), NOW).await.unwrap(), None);

    let again = made::customer();
    let mut later = made::idempotency(&again, made::session(again.id, SessionMode::Jwt).id);
    (later.key, later.created_at, later.expires_at) =
        (record.key, record.expires_at, record.expires_at + DAY);
    let audit = made::event(AuditKind::SignedUp, again.id);
    let outcome = store.insert_customer_unless_taken(again, None, Some(later.clone()), audit).await.unwrap();
    assert_eq!(outcome, SignupOutcome::Inserted);
    assert_eq!(store.find_idempotency(record.key, record.expires_at).await.unwrap(), Some(later));
}

pub async fn hostile_text_is_kept_byte_for_byte(database: TestDatabase) {
    for text in HOSTILE {
        let mut new = made::customer();
        (new.name, new.email, new.password_hash) =
            ((*text).to_owned(), (*text).to_owned(), (*text).to_owned());
        (new.phone, new.locale) = (Some((*text).to_owned()), Some((*text).to_owned()));
        new.email_key = format!("{text}{}", new.email_key);
        let audit = made::event(AuditKind::SignedUp, new.id);
        database.store.insert_customer_unless_taken(new.clone(), None, None, audit).await.unwrap();
        let expected = new.clone().into_customer();
        assert_eq!(found(&database, &new).await, Some(expected), "{text:?}");
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
            database.store.insert_customer_unless_taken(new.clone(), None, None, audit).await.unwrap();
        assert_eq!(outcome, SignupOutcome::Inserted, "{key:?}");
        assert_eq!(found(&database, &new).await.map(|found| found.id), Some(new.id));
    }
}

pub async fn a_profile_change_changes_what_it_names(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let mut expected = new.clone().into_customer();
    let text = |text: &str| Some(text.to_owned());
    let changes = [
        ProfileChange { name: text("Ada"), ..ProfileChange::default() },
        ProfileChange { phone: Some(None), ..ProfileChange::default() },
        ProfileChange { phone: Some(text("+1")), locale: Some(text("en")), ..ProfileChange::default() },
        ProfileChange { name: text("'\u{0}🦀"), locale: Some(None), ..ProfileChange::default() },
        ProfileChange::default(),
    ];
    for (version, change) in (2..).zip(changes) {
        let now = NOW + MINUTE * version;
        let audit = made::event(AuditKind::ProfileChanged, new.id);
        expected.name = change.name.clone().unwrap_or(expected.name);
        expected.phone = change.phone.clone().unwrap_or(expected.phone);
        expected.locale = change.locale.clone().unwrap_or(expected.locale);
        (expected.version, expected.updated_at) = (i64::from(version), now);
        let expected_version = (version % 2 == 0).then_some(i64::from(version) - 1);
        let outcome = store.update_profile(new.id, expected_version, change, now, audit).await.unwrap();
        assert_eq!(outcome, UpdateProfile::Updated(Box::new(expected.clone())));
        assert_eq!(found(&database, &new).await, Some(expected.clone()));
    }
    assert_eq!(made::trail(store, new.id).await.len(), 6);
}

pub async fn an_outdated_version_changes_nothing(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    for version in [0, 2, -1, i64::MAX] {
        let change = ProfileChange { name: Some("Ada".to_owned()), ..ProfileChange::default() };
        let audit = made::event(AuditKind::ProfileChanged, new.id);
        let outcome = store.update_profile(new.id, Some(version), change, NOW, audit).await.unwrap();
        assert_eq!(outcome, UpdateProfile::ChangedMeanwhile);
    }
    assert_eq!(found(&database, &new).await, Some(new.clone().into_customer()));
    assert_eq!(made::trail(store, new.id).await, ["signed_up"]);
}

pub async fn a_missing_customer_has_no_profile(database: TestDatabase) {
    let nobody = made::customer().id;
    for version in [None, Some(1)] {
        let audit = made::event(AuditKind::ProfileChanged, nobody);
        let outcome =
            database.store.update_profile(nobody, version, ProfileChange::default(), NOW, audit).await;
        assert_eq!(outcome.unwrap(), UpdateProfile::Missing);
    }
    assert_eq!(made::trail(&database.store, nobody).await, [""; 0]);
}

pub async fn of_racing_changes_of_one_version_one_succeeds(database: TestDatabase) {
    for callers in CALLERS {
        let new = made::signed_up(&database.store).await;
        let outcomes = race(&database, callers, |store, caller| async move {
            let change = ProfileChange { name: Some(caller.to_string()), ..ProfileChange::default() };
            let audit = made::event(AuditKind::ProfileChanged, new.id);
            store.update_profile(new.id, Some(1), change, NOW, audit).await.unwrap()
        });
        assert_eq!(count(&outcomes.await, &UpdateProfile::ChangedMeanwhile), callers - 1);
        assert_eq!(database.store.find_customer(new.id).await.unwrap().unwrap().version, 2);
    }
}

pub async fn every_racing_change_without_a_version_counts(database: TestDatabase) {
    let new = made::signed_up(&database.store).await;
    let outcomes = race(&database, 50, |store, _| async move {
        let audit = made::event(AuditKind::ProfileChanged, new.id);
        store.update_profile(new.id, None, ProfileChange::default(), NOW, audit).await.unwrap()
    });
    let mut versions: Vec<_> = outcomes.await.into_iter().map(version).collect();
    versions.sort_unstable();
    assert_eq!(versions, (2..52).collect::<Vec<_>>());
}

fn version(outcome: UpdateProfile) -> i64 {
    match outcome {
        UpdateProfile::Updated(customer) => customer.version,
        other => panic!("{other:?}"),
    }
}

pub async fn a_new_password_ends_the_other_sessions(database: TestDatabase) {
    let store = &database.store;
    let (new, stranger) = (made::signed_up(store).await, made::signed_up(store).await);
    let kept = made::logged_in(store, &new, SessionMode::Cookie).await;
    let other = made::logged_in(store, &new, SessionMode::Jwt).await;
    let strangers = made::logged_in(store, &stranger, SessionMode::Token).await;
    let change = ReplacePassword { keep: Some(kept.id), ..new_password(&new, "$next") };
    let audit = made::event(AuditKind::PasswordChanged, new.id);
    assert!(store.replace_password(change, audit).await.unwrap());
    assert!(made::lets_in(store, &kept, NOW + HOUR).await);
    assert!(!made::lets_in(store, &other, NOW + HOUR).await);
    assert!(made::lets_in(store, &strangers, NOW + HOUR).await);
    let mut expected = new.clone().into_customer();
    expected.password_hash = "$next".to_owned();
    assert_eq!(found(&database, &new).await, Some(expected), "what the profile shows has not changed");
    assert_eq!(made::trail(store, new.id).await, ["logged_in", "logged_in", "password_changed", "signed_up"]);
}

pub async fn a_new_password_without_a_kept_session_ends_all(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let session = made::logged_in(store, &new, SessionMode::Cookie).await;
    let audit = made::event(AuditKind::PasswordChanged, new.id);
    assert!(store.replace_password(new_password(&new, "$next"), audit).await.unwrap());
    assert!(!made::lets_in(store, &session, NOW + HOUR).await);
}

pub async fn a_new_password_forgets_the_sign_up_key(database: TestDatabase) {
    let store = &database.store;
    let new = made::customer();
    let record = made::idempotency(&new, made::session(new.id, SessionMode::Jwt).id);
    let audit = made::event(AuditKind::SignedUp, new.id);
    store.insert_customer_unless_taken(new.clone(), None, Some(record.clone()), audit).await.unwrap();
    let audit = made::event(AuditKind::PasswordChanged, new.id);
    assert!(store.replace_password(new_password(&new, "$next"), audit).await.unwrap());
    assert_eq!(store.find_idempotency(record.key, NOW).await.unwrap(), None);
}

pub async fn an_outdated_proof_replaces_no_password(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let session = made::logged_in(store, &new, SessionMode::Cookie).await;
    for proven in ["", "$other", &new.password_hash.to_uppercase(), &format!("{} ", new.password_hash)] {
        let change = ReplacePassword { proven: proven.to_owned(), ..new_password(&new, "$next") };
        let audit = made::event(AuditKind::PasswordChanged, new.id);
        assert!(!store.replace_password(change, audit).await.unwrap(), "{proven:?}");
        let audit = made::event(AuditKind::PasswordRehashed, new.id);
        assert!(!store.rehash_password(new.id, proven, "$next", audit).await.unwrap(), "{proven:?}");
    }
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
            async move { (store.replace_password(change, audit).await.unwrap(), format!("${caller}")) }
        });
        let won: Vec<_> = outcomes.await.into_iter().filter_map(|(won, hash)| won.then_some(hash)).collect();
        assert_eq!(won.len(), 1);
        let stands = database.store.find_customer(new.id).await.unwrap().unwrap().password_hash;
        assert_eq!(stands, won[0]);
    }
}

pub async fn a_rehash_leaves_the_sessions_alone(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let session = made::logged_in(store, &new, SessionMode::Cookie).await;
    let audit = made::event(AuditKind::PasswordRehashed, new.id);
    assert!(store.rehash_password(new.id, &new.password_hash, "$stronger", audit).await.unwrap());
    assert!(made::lets_in(store, &session, NOW + HOUR).await);
    assert_eq!(found(&database, &new).await.unwrap().password_hash, "$stronger");
    assert_eq!(made::trail(store, new.id).await, ["logged_in", "password_rehashed", "signed_up"]);
}

pub async fn disabling_ends_every_session_and_enabling_revives_none(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let session = made::logged_in(store, &new, SessionMode::Token).await;
    let audit = made::event(AuditKind::AccountDisabled, new.id);
    assert!(store.set_disabled(new.id, Some(NOW + HOUR), NOW + HOUR, audit).await.unwrap());
    assert_eq!(found(&database, &new).await.unwrap().disabled_at, Some(NOW + HOUR));
    assert!(!made::lets_in(store, &session, NOW + HOUR).await);
    let again = made::session(new.id, SessionMode::Cookie);
    let audit = made::event(AuditKind::LoggedIn, new.id);
    let outcome = store.insert_session(again, made::proof(&new), 9, made::bytes(), audit).await.unwrap();
    assert_eq!(outcome, InsertSession::ProofStale);

    let audit = made::event(AuditKind::AccountEnabled, new.id);
    assert!(store.set_disabled(new.id, None, NOW + HOUR, audit).await.unwrap());
    assert!(!made::lets_in(store, &session, NOW + HOUR).await);
    assert_eq!(found(&database, &new).await, Some(new.clone().into_customer()));
    made::logged_in(store, &new, SessionMode::Token).await;
}

pub async fn nobody_cannot_be_disabled(database: TestDatabase) {
    let nobody = made::customer().id;
    let audit = made::event(AuditKind::AccountDisabled, nobody);
    assert!(!database.store.set_disabled(nobody, Some(NOW), NOW, audit).await.unwrap());
    assert_eq!(made::trail(&database.store, nobody).await, [""; 0]);
}

pub async fn erasing_leaves_nothing_personal(database: TestDatabase) {
    let store = &database.store;
    let (new, session, key) = furnished(&database).await;
    let audit = made::event(AuditKind::AccountErased, new.id);
    assert!(store.erase_customer(new.id, &new.password_hash, NOW + HOUR, audit).await.unwrap());

    assert_eq!(found(&database, &new).await, None);
    assert_eq!(store.addresses_of(new.id).await.unwrap(), []);
    assert_eq!(store.find_idempotency(key, NOW).await.unwrap(), None);
    let left = store.find_session(session).await.unwrap().unwrap();
    assert_eq!((left.customer, left.session.device, left.session.network), (None, None, None));
    assert_eq!(left.session.ended_at, Some(NOW + HOUR));
    let trail = store.audit_of(new.id, 100).await.unwrap();
    assert_eq!(trail.len(), 4);
    assert!(trail.iter().all(|event| event.network.is_none() && event.device.is_none()));
}

/// A customer with a session, an address and an idempotency record.
async fn furnished(database: &TestDatabase) -> (NewCustomer, doorstep_base::SessionId, SecretHash) {
    let store = &database.store;
    let new = made::customer();
    let first = made::session(new.id, SessionMode::Jwt);
    let record = made::idempotency(&new, first.id);
    let audit = made::event(AuditKind::SignedUp, new.id);
    store.insert_customer_unless_taken(new.clone(), Some(first), Some(record.clone()), audit).await.unwrap();
    let session = made::logged_in(store, &new, SessionMode::Cookie).await;
    let audit = made::event(AuditKind::AddressAdded, new.id);
    let uses = doorstep_store::DefaultUse::default();
    store.insert_address_if_below(9, new.id, made::address(), uses, NOW, audit).await.unwrap();
    (new, session.id, record.key)
}

pub async fn erasing_leaves_others_alone(database: TestDatabase) {
    let store = &database.store;
    let (new, (other, session, key)) = (made::signed_up(store).await, furnished(&database).await);
    let audit = made::event(AuditKind::AccountErased, new.id);
    assert!(store.erase_customer(new.id, &new.password_hash, NOW, audit).await.unwrap());
    assert_eq!(found(&database, &other).await, Some(other.clone().into_customer()));
    assert_eq!(store.addresses_of(other.id).await.unwrap().len(), 1);
    assert!(store.find_idempotency(key, NOW).await.unwrap().is_some());
    let session = store.find_session(session).await.unwrap().unwrap().session;
    assert!(session.is_live(NOW) && session.device.is_some() && session.network.is_some());
    assert!(store.audit_of(other.id, 9).await.unwrap().iter().all(|event| event.device.is_some()));
}

pub async fn an_erased_address_can_sign_up_again_and_inherits_nothing(database: TestDatabase) {
    let store = &database.store;
    let (old, _, _) = furnished(&database).await;
    let audit = made::event(AuditKind::AccountErased, old.id);
    assert!(store.erase_customer(old.id, &old.password_hash, NOW, audit).await.unwrap());
    let mut new = made::customer();
    new.email_key.clone_from(&old.email_key);
    let audit = made::event(AuditKind::SignedUp, new.id);
    let outcome = store.insert_customer_unless_taken(new.clone(), None, None, audit).await.unwrap();
    assert_eq!(outcome, SignupOutcome::Inserted);
    assert_eq!(store.addresses_of(new.id).await.unwrap(), []);
    assert_eq!(store.sessions_of(new.id, NOW).await.unwrap(), []);
    assert_eq!(made::trail(store, new.id).await, ["signed_up"]);
}

pub async fn an_outdated_proof_erases_nobody(database: TestDatabase) {
    let store = &database.store;
    let (new, session, _) = furnished(&database).await;
    let nobody = CustomerId::from_bytes(made::bytes());
    for (customer, proven) in [(new.id, "$other"), (new.id, ""), (nobody, new.password_hash.as_str())] {
        let audit = made::event(AuditKind::AccountErased, customer);
        assert!(!store.erase_customer(customer, proven, NOW, audit).await.unwrap());
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
            let (proven, audit) = (new.password_hash.clone(), made::event(AuditKind::AccountErased, new.id));
            async move { store.erase_customer(new.id, &proven, NOW, audit).await.unwrap() }
        });
        assert_eq!(count(&outcomes.await, &true), 1);
        let trail = made::trail(&database.store, new.id).await;
        assert_eq!(count(&trail, &"account_erased"), 1);
    }
}
