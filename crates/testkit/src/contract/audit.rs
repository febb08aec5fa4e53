//! The audit trail.

use doorstep_base::SessionId;
use doorstep_store::{Actor, AuditKind, Detail, EndReason, SessionMode};

use super::made::{self, HOSTILE, HOUR, MINUTE, NOW};
use crate::TestDatabase;

pub async fn events_are_told_newest_first(database: TestDatabase) {
    let store = &database.store;
    let customer = made::signed_up(store).await.id;
    let mut told = Vec::new();
    for minute in [3, 1, 2] {
        let mut event = made::event(AuditKind::LoginFailed, customer);
        event.at = NOW + minute * MINUTE;
        event.session = Some(SessionId::from_bytes(made::bytes()));
        store.record(event.clone().into()).await.unwrap();
        told.push(event);
    }
    told.sort_by_key(|event| std::cmp::Reverse(event.at));
    assert_eq!(store.audit_of(customer, 3).await.unwrap(), told);
    assert_eq!(store.audit_of(customer, 2).await.unwrap(), told[..2]);
    assert_eq!(store.audit_of(customer, 0).await.unwrap(), []);
}

pub async fn events_of_others_are_not_told(database: TestDatabase) {
    let store = &database.store;
    let (mine, theirs) = (made::customer().id, made::customer().id);
    store.record(made::event(AuditKind::LoggedIn, theirs).into()).await.unwrap();
    let mut nobodys = made::event(AuditKind::LoginFailed, mine);
    nobodys.customer = None;
    store.record(nobodys.into()).await.unwrap();
    assert_eq!(store.audit_of(mine, 10).await.unwrap(), []);
}

pub async fn events_of_one_moment_are_all_kept(database: TestDatabase) {
    let customer = made::customer().id;
    for _ in 0..20 {
        database.store.record(made::event(AuditKind::LoginFailed, customer).into()).await.unwrap();
    }
    assert_eq!(database.store.audit_of(customer, 100).await.unwrap().len(), 20);
}

pub async fn page_by_page_every_event_is_told_once(database: TestDatabase) {
    let store = &database.store;
    let customer = made::signed_up(store).await.id;
    for number in 0..30_u32 {
        let mut event = made::event(AuditKind::LoggedIn, customer);
        // Several in one moment, and pages that end within it.
        event.at = NOW + (number / 7 + 1) * MINUTE;
        store.record(event.into()).await.unwrap();
    }
    let whole = store.audit_of(customer, 100).await.unwrap();
    assert_eq!(whole.len(), 31);
    for size in [1, 4, 10, 31, 50] {
        let (mut told, mut last) = (Vec::new(), None);
        loop {
            let page = store.audit_before(customer, last, size).await.unwrap();
            assert!(page.len() <= size as usize);
            let Some(oldest) = page.last() else { break };
            last = Some((oldest.at, oldest.id));
            told.extend(page);
            if size == 50 {
                // What is added meanwhile comes into none of the pages.
                let mut newer = made::event(AuditKind::LoginFailed, customer);
                newer.at = NOW + HOUR;
                store.record(newer.into()).await.unwrap();
            }
        }
        assert_eq!(told, whole, "{size}");
    }
}

pub async fn hostile_text_in_an_event_is_kept(database: TestDatabase) {
    for text in HOSTILE {
        let mut event = made::event(AuditKind::LoggedIn, made::signed_up(&database.store).await.id);
        event.at = NOW + MINUTE;
        event.device = Some((*text).to_owned());
        event.network = None;
        database.store.record(event.clone().into()).await.unwrap();
        assert_eq!(database.store.audit_of(event.customer.unwrap(), 1).await.unwrap(), [event]);
    }
}

pub async fn an_event_says_who_acted_and_what_it_adds(database: TestDatabase) {
    let store = &database.store;
    let details = [None, Some(Detail::Reason(EndReason::TooMany)), Some(Detail::Sessions(u64::MAX))];
    for actor in [Actor::Customer, Actor::Operator, Actor::System, Actor::Import] {
        for detail in details {
            let mut event = made::event(AuditKind::SessionEnded, made::signed_up(store).await.id);
            event.at = NOW + MINUTE;
            (event.actor, event.detail) = (actor, detail);
            store.record(event.clone().into()).await.unwrap();
            assert_eq!(store.audit_of(event.customer.unwrap(), 1).await.unwrap(), [event]);
        }
    }
}

pub async fn an_ending_says_its_reason_and_how_many_sessions_it_ended(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let keep = made::logged_in(store, &new, SessionMode::Cookie).await;
    for _ in 0..3 {
        made::logged_in(store, &new, SessionMode::Cookie).await;
    }
    let mut audit = made::event(AuditKind::OtherSessionsEnded, new.id);
    audit.at = NOW + MINUTE;
    assert_eq!(super::sessions::end_but(store, &new, Some(keep.id), audit).await, 3);
    assert_eq!(store.audit_of(new.id, 1).await.unwrap()[0].detail, Some(Detail::Sessions(3)));
    let mut audit = made::event(AuditKind::LoggedOut, new.id);
    audit.at = NOW + 2 * MINUTE;
    assert!(store.end_session(new.id, keep.id, EndReason::LoggedOut, NOW, audit.into()).await.unwrap());
    let told = store.audit_of(new.id, 1).await.unwrap()[0].detail;
    assert_eq!(told, Some(Detail::Reason(EndReason::LoggedOut)));
}
