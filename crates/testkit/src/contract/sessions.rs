//! Sessions: finding, using, telling and ending them.

use std::sync::Arc;

use doorstep_base::{SecretHash, SessionId, Timestamp};
use doorstep_store::{
    AuditEvent, AuditKind, EndReason, NewCustomer, NewSession, Session, SessionMode, Store,
};

use super::made::{self, DAY, HOSTILE, HOUR, MINUTE, NOW};
use super::race::{CALLERS, count, race};
use crate::TestDatabase;

const MODES: [SessionMode; 3] = [SessionMode::Jwt, SessionMode::Cookie, SessionMode::Token];
/// The row as it stands right after the insert.
pub(super) fn row(new: &NewSession) -> Session {
    Session {
        id: new.id,
        customer: new.customer,
        mode: new.mode,
        created_at: new.created_at,
        last_used_at: new.created_at,
        idle_expires_at: new.idle_expires_at,
        expires_at: new.expires_at,
        device: new.device.clone(),
        network: new.network.clone(),
        ended_at: None,
        end_reason: None,
        authenticated_at: new.created_at,
        methods: new.methods.clone(),
        refresh: new.refresh,
    }
}

/// Ends all but this one; how many.
pub(super) async fn end_but(
    store: &Arc<dyn Store>,
    customer: &NewCustomer,
    keep: Option<SessionId>,
    audit: AuditEvent,
) -> u64 {
    let reason = EndReason::EndedByCustomer;
    store.end_sessions(customer.id, keep, reason, NOW, audit.into()).await.unwrap()
}

pub(super) async fn end(store: &Arc<dyn Store>, session: &NewSession, now: Timestamp) -> bool {
    let audit = made::event(AuditKind::LoggedOut, session.customer);
    store.end_session(session.customer, session.id, EndReason::LoggedOut, now, audit.into()).await.unwrap()
}

pub(super) async fn live(store: &Arc<dyn Store>, customer: &NewCustomer, now: Timestamp) -> Vec<SessionId> {
    store.sessions_of(customer.id, now).await.unwrap().into_iter().map(|session| session.id).collect()
}

pub async fn a_session_is_found_with_its_customer(database: TestDatabase) {
    let store = &database.store;
    let customer = made::signed_up(store).await;
    for mode in MODES {
        let mut new = made::session(customer.id, mode);
        if mode == SessionMode::Token {
            (new.device, new.network) = (None, None);
        }
        made::log_in(store, &customer, new.clone()).await;
        let by_secret = store.find_session_by_secret(new.secret).await.unwrap().unwrap();
        let by_id = store.find_session(new.id).await.unwrap().unwrap();
        for found in [by_secret, by_id] {
            assert_eq!(found.session, row(&new));
            assert_eq!(found.customer, Some(customer.clone().into_customer()));
        }
    }
}

pub async fn an_unknown_session_is_none(database: TestDatabase) {
    let store = &database.store;
    let customer = made::signed_up(store).await;
    let session = made::logged_in(store, &customer, SessionMode::Cookie).await;
    let mut close = session.secret;
    close.0[31] ^= 1;
    for secret in [made::hash(), close, SecretHash([0; 32])] {
        assert!(store.find_session_by_secret(secret).await.unwrap().is_none());
    }
    for id in [made::bytes(), [0; 16]] {
        assert!(store.find_session(SessionId::from_bytes(id)).await.unwrap().is_none());
    }
}

pub async fn ended_and_expired_sessions_are_found_too(database: TestDatabase) {
    let store = &database.store;
    let customer = made::signed_up(store).await;
    let session = made::logged_in(store, &customer, SessionMode::Cookie).await;
    assert!(end(store, &session, NOW + MINUTE).await);
    let found = store.find_session_by_secret(session.secret).await.unwrap().unwrap().session;
    let end_reason = Some(EndReason::LoggedOut);
    assert_eq!(found, Session { ended_at: Some(NOW + MINUTE), end_reason, ..row(&session) });
}

pub async fn hostile_text_about_a_device_is_kept(database: TestDatabase) {
    let store = &database.store;
    let customer = made::signed_up(store).await;
    for text in HOSTILE {
        let mut session = made::session(customer.id, SessionMode::Cookie);
        (session.device, session.network) = (Some((*text).to_owned()), Some((*text).to_owned()));
        made::log_in(store, &customer, session.clone()).await;
        assert_eq!(store.find_session(session.id).await.unwrap().unwrap().session, row(&session));
    }
}

pub async fn a_use_moves_the_idle_expiry_on(database: TestDatabase) {
    let store = &database.store;
    let customer = made::signed_up(store).await;
    let session = made::logged_in(store, &customer, SessionMode::Cookie).await;
    let expect = async |last_used_at, idle_expires_at| {
        let found = store.find_session(session.id).await.unwrap().unwrap().session;
        assert_eq!(found, Session { last_used_at, idle_expires_at, ..row(&session) });
    };
    store.touch_session(session.id, NOW + HOUR, NOW + DAY + HOUR).await.unwrap();
    expect(NOW + HOUR, NOW + DAY + HOUR).await;
    // A request that was overtaken.
    store.touch_session(session.id, NOW + MINUTE, NOW + DAY + MINUTE).await.unwrap();
    expect(NOW + HOUR, NOW + DAY + HOUR).await;
    store.touch_session(session.id, NOW + DAY, NOW + 99 * DAY).await.unwrap();
    expect(NOW + DAY, session.expires_at).await;
    assert_eq!(made::trail(store, customer.id).await, ["logged_in", "signed_up"]);
}

pub async fn a_use_revives_nothing(database: TestDatabase) {
    let store = &database.store;
    let customer = made::signed_up(store).await;
    let (ended, expired) = (
        made::logged_in(store, &customer, SessionMode::Cookie).await,
        made::logged_in(store, &customer, SessionMode::Cookie).await,
    );
    end(store, &ended, NOW + HOUR).await;
    store.touch_session(ended.id, NOW + 2 * HOUR, NOW + 2 * DAY).await.unwrap();
    store.touch_session(expired.id, expired.idle_expires_at, NOW + 3 * DAY).await.unwrap();
    store.touch_session(SessionId::from_bytes(made::bytes()), NOW, NOW + DAY).await.unwrap();
    assert!(!made::lets_in(store, &ended, NOW + 2 * HOUR).await);
    assert!(!made::lets_in(store, &expired, expired.idle_expires_at).await);
}

pub async fn live_sessions_are_told_most_recently_used_first(database: TestDatabase) {
    let store = &database.store;
    let (customer, other) = (made::signed_up(store).await, made::signed_up(store).await);
    let mut sessions = Vec::new();
    for _ in 0..4 {
        sessions.push(made::logged_in(store, &customer, SessionMode::Cookie).await);
    }
    made::logged_in(store, &other, SessionMode::Cookie).await;
    for (session, minutes) in [(0, 1), (1, 3), (2, 2)] {
        let now = NOW + MINUTE * minutes;
        store.touch_session(sessions[session].id, now, now + DAY).await.unwrap();
    }
    end(store, &sessions[2], NOW + HOUR).await;
    let expected = [sessions[1].id, sessions[0].id, sessions[3].id];
    assert_eq!(live(store, &customer, NOW + HOUR).await, expected);
    assert_eq!(live(store, &customer, NOW + DAY).await, expected[..2]);
    assert_eq!(live(store, &customer, NOW + 9 * DAY).await, []);
}

pub async fn a_session_ends_once(database: TestDatabase) {
    for callers in CALLERS {
        let customer = made::signed_up(&database.store).await;
        let session = made::logged_in(&database.store, &customer, SessionMode::Cookie).await;
        let outcomes = race(&database, callers, |store, _| {
            let session = session.clone();
            async move { end(&store, &session, NOW + MINUTE).await }
        });
        assert_eq!(count(&outcomes.await, &true), 1);
        assert!(!made::lets_in(&database.store, &session, NOW).await);
        assert_eq!(made::trail(&database.store, customer.id).await, ["logged_in", "logged_out", "signed_up"]);
    }
}

pub async fn a_session_that_is_not_ones_own_or_not_live_is_not_ended(database: TestDatabase) {
    let store = &database.store;
    let (mine, theirs) = (made::signed_up(store).await, made::signed_up(store).await);
    let session = made::logged_in(store, &theirs, SessionMode::Cookie).await;
    for id in [session.id, SessionId::from_bytes(made::bytes())] {
        let audit = made::event(AuditKind::SessionEnded, mine.id);
        assert!(
            !store.end_session(mine.id, id, EndReason::EndedByCustomer, NOW, audit.into()).await.unwrap()
        );
    }
    assert!(made::lets_in(store, &session, NOW).await);
    assert!(!end(store, &session, session.idle_expires_at).await, "it had expired");
    assert_eq!(made::trail(store, mine.id).await, ["signed_up"]);
}

pub async fn an_ending_is_seen_by_every_node_at_once(database: TestDatabase) {
    let (store, other) = (&database.store, database.another_node().await);
    let customer = made::signed_up(store).await;
    for _ in 0..50 {
        let session = made::logged_in(store, &customer, SessionMode::Token).await;
        assert!(made::lets_in(&other, &session, NOW).await);
        assert!(end(store, &session, NOW).await);
        assert!(!made::lets_in(&other, &session, NOW).await);
        assert!(other.find_session(session.id).await.unwrap().unwrap().session.ended_at.is_some());
    }
}

pub async fn all_other_sessions_end(database: TestDatabase) {
    let store = &database.store;
    let (customer, stranger) = (made::signed_up(store).await, made::signed_up(store).await);
    let mut sessions = Vec::new();
    for mode in MODES {
        sessions.push(made::logged_in(store, &customer, mode).await);
    }
    let strangers = made::logged_in(store, &stranger, SessionMode::Cookie).await;
    for expected in [2, 0] {
        let audit = made::event(AuditKind::OtherSessionsEnded, customer.id);
        assert_eq!(end_but(store, &customer, Some(sessions[1].id), audit).await, expected);
    }
    assert_eq!(live(store, &customer, NOW).await, [sessions[1].id]);
    assert!(made::lets_in(store, &strangers, NOW).await);
    let trail = made::trail(store, customer.id).await;
    // The second call ended nobody.
    assert_eq!(count(&trail, &"other_sessions_ended"), 1);
}
