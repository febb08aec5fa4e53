//! Profiles and their versions.

use doorstep_store::{AuditKind, ProfileChange, UpdateProfile};

use super::customers::found;
use super::made::{self, MINUTE, NOW};
use super::race::{CALLERS, count, race};
use crate::TestDatabase;

pub async fn a_profile_change_changes_what_it_names(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let mut expected = new.clone().into_customer();
    let text = |text: &str| Some(text.to_owned());
    let changes = [
        ProfileChange { name: text("Ada"), ..ProfileChange::default() },
        ProfileChange { phone: Some(None), ..ProfileChange::default() },
        ProfileChange { phone: Some(text("+1")), locale: Some(text("en")), ..ProfileChange::default() },
        ProfileChange { name: text("'\u{1}🦀"), locale: Some(None), ..ProfileChange::default() },
        ProfileChange { marketing_consent_at: Some(None), ..ProfileChange::default() },
        ProfileChange { marketing_consent_at: Some(Some(NOW)), ..ProfileChange::default() },
    ];
    for (version, change) in (2..).zip(changes) {
        let now = NOW + MINUTE * version;
        let audit = made::event(AuditKind::ProfileChanged, new.id);
        expected.name = change.name.clone().unwrap_or(expected.name);
        expected.phone = change.phone.clone().unwrap_or(expected.phone);
        expected.locale = change.locale.clone().unwrap_or(expected.locale);
        expected.marketing_consent_at = change.marketing_consent_at.unwrap_or(expected.marketing_consent_at);
        (expected.version, expected.updated_at) = (i64::from(version), now);
        let expected_version = (version % 2 == 0).then_some(i64::from(version) - 1);
        let outcome =
            store.update_profile(new.id, expected_version, change, now, audit.into()).await.unwrap();
        assert_eq!(outcome, UpdateProfile::Updated(Box::new(expected.clone())));
        assert_eq!(found(&database, &new).await, Some(expected.clone()));
    }
    assert_eq!(made::trail(store, new.id).await.len(), 7);
}

pub async fn a_profile_change_that_changes_nothing_leaves_no_trail(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let standing = new.clone().into_customer();
    let same = ProfileChange {
        name: Some(standing.name.clone()),
        phone: Some(standing.phone.clone()),
        locale: Some(standing.locale.clone()),
        marketing_consent_at: Some(Some(NOW + MINUTE)),
    };
    for change in [ProfileChange::default(), same] {
        for version in [None, Some(1)] {
            let audit = made::event(AuditKind::ProfileChanged, new.id);
            let outcome = store
                .update_profile(new.id, version, change.clone(), NOW + MINUTE, audit.into())
                .await
                .unwrap();
            assert_eq!(outcome, UpdateProfile::Updated(Box::new(standing.clone())));
        }
    }
    assert_eq!(made::trail(store, new.id).await, ["signed_up"]);
}

pub async fn an_outdated_version_changes_nothing(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    for version in [0, 2, -1, i64::MAX] {
        let change = ProfileChange { name: Some("Ada".to_owned()), ..ProfileChange::default() };
        let audit = made::event(AuditKind::ProfileChanged, new.id);
        let outcome = store.update_profile(new.id, Some(version), change, NOW, audit.into()).await.unwrap();
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
            database.store.update_profile(nobody, version, ProfileChange::default(), NOW, audit.into()).await;
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
            store.update_profile(new.id, Some(1), change, NOW, audit.into()).await.unwrap()
        });
        assert_eq!(count(&outcomes.await, &UpdateProfile::ChangedMeanwhile), callers - 1);
        assert_eq!(database.store.find_customer(new.id).await.unwrap().unwrap().version, 2);
    }
}

pub async fn every_racing_change_without_a_version_counts(database: TestDatabase) {
    let new = made::signed_up(&database.store).await;
    let outcomes = race(&database, 50, |store, caller| async move {
        let audit = made::event(AuditKind::ProfileChanged, new.id);
        let change = ProfileChange { name: Some(caller.to_string()), ..ProfileChange::default() };
        store.update_profile(new.id, None, change, NOW, audit.into()).await.unwrap()
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
