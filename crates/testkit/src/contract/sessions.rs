//! Sessions: opening, using, renewing and ending them.

use std::sync::Arc;
use std::time::Duration;

use doorstep_base::{SecretHash, SessionId, Timestamp};
use doorstep_store::{
    AuditKind, EndReason, InsertSession, NewCustomer, NewSession, PasswordProof, ReplacePassword, Rotation,
    RotationOutcome, Session, SessionMode, Store,
};

use super::made::{self, DAY, HOSTILE, HOUR, MINUTE, NOW};
use super::race::{CALLERS, count, race};
use crate::TestDatabase;

const MODES: [SessionMode; 3] = [SessionMode::Jwt, SessionMode::Cookie, SessionMode::Token];
const GRACE: Duration = Duration::from_secs(30);

/// The row as it stands right after the insert.
fn row(new: &NewSession) -> Session {
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
    }
}

async fn insert(
    store: &Arc<dyn Store>,
    session: &NewSession,
    proof: PasswordProof,
    most: u32,
) -> InsertSession {
    let audit = made::event(AuditKind::LoggedIn, proof.customer);
    store.insert_session(session.clone(), proof, most, made::bytes(), audit).await.unwrap()
}

async fn end(store: &Arc<dyn Store>, session: &NewSession, now: Timestamp) -> bool {
    let audit = made::event(AuditKind::LoggedOut, session.customer);
    store.end_session(session.customer, session.id, EndReason::LoggedOut, now, audit).await.unwrap()
}

async fn live(store: &Arc<dyn Store>, customer: &NewCustomer, now: Timestamp) -> Vec<SessionId> {
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
    assert_eq!(found, Session { ended_at: Some(NOW + MINUTE), ..row(&session) });
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

pub async fn a_stale_proof_opens_nothing(database: TestDatabase) {
    let store = &database.store;
    let (customer, disabled, erased) =
        (made::signed_up(store).await, made::signed_up(store).await, made::signed_up(store).await);
    let audit = made::event(AuditKind::AccountDisabled, disabled.id);
    assert!(store.set_disabled(disabled.id, Some(NOW), NOW, audit).await.unwrap());
    let audit = made::event(AuditKind::AccountErased, erased.id);
    assert!(store.erase_customer(erased.id, &erased.password_hash, NOW, audit).await.unwrap());
    let mut outdated = made::proof(&customer);
    outdated.password_hash.push(' ');
    for proof in [outdated, made::proof(&disabled), made::proof(&erased), made::proof(&made::customer())] {
        let session = made::session(proof.customer, SessionMode::Cookie);
        let before = made::trail(store, proof.customer).await;
        assert_eq!(insert(store, &session, proof.clone(), 9).await, InsertSession::ProofStale);
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
                        customer: customer.id,
                        proven: customer.password_hash,
                        replacement: "$next".to_owned(),
                        keep: None,
                        now: NOW,
                    };
                    let audit = made::event(AuditKind::PasswordChanged, customer.id);
                    assert!(store.replace_password(change, audit).await.unwrap());
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
                    let proven = &customer.password_hash;
                    assert!(store.erase_customer(customer.id, proven, NOW, audit).await.unwrap());
                } else {
                    assert!(store.set_disabled(customer.id, Some(NOW), NOW, audit).await.unwrap());
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
    let outcome = store.insert_session(twin, made::proof(&customer), 1, made::bytes(), audit).await;
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
        assert!(!store.end_session(mine.id, id, EndReason::EndedByCustomer, NOW, audit).await.unwrap());
    }
    assert!(made::lets_in(store, &session, NOW).await);
    assert!(!end(store, &session, session.idle_expires_at).await, "it had expired");
    assert_eq!(made::trail(store, mine.id).await, ["signed_up"]);
}

pub async fn an_ending_is_seen_by_every_node_at_once(database: TestDatabase) {
    let (store, other) = (&database.store, database.another_node());
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
        assert_eq!(
            store.end_other_sessions(customer.id, sessions[1].id, NOW, audit).await.unwrap(),
            expected
        );
    }
    assert_eq!(live(store, &customer, NOW).await, [sessions[1].id]);
    assert!(made::lets_in(store, &strangers, NOW).await);
    let trail = made::trail(store, customer.id).await;
    assert_eq!(count(&trail, &"other_sessions_ended"), 2);
}

fn rotation(session: &NewSession, presented: SecretHash, now: Timestamp) -> Rotation {
    Rotation {
        family: session.secret,
        presented,
        next: made::hash(),
        sealed_next: made::bytes(),
        now,
        grace: GRACE,
        idle_expires_at: now + DAY,
    }
}

async fn rotate(store: &Arc<dyn Store>, session: &NewSession, rotation: Rotation) -> RotationOutcome {
    let audit = made::event(AuditKind::RefreshReused, session.customer);
    store.rotate_refresh_token(rotation, audit).await.unwrap()
}

/// A session in jwt mode, and its first refresh token.
async fn refreshable(database: &TestDatabase) -> (NewCustomer, NewSession, SecretHash) {
    let customer = made::signed_up(&database.store).await;
    let session = made::logged_in(&database.store, &customer, SessionMode::Jwt).await;
    let refresh = session.refresh.unwrap();
    (customer, session, refresh)
}

pub async fn a_refresh_token_is_replaced_by_the_next(database: TestDatabase) {
    let (customer, session, mut newest) = refreshable(&database).await;
    for hours in 1..4 {
        let now = NOW + HOUR * hours;
        let rotation = rotation(&session, newest, now);
        newest = rotation.next;
        let RotationOutcome::Rotated(found) = rotate(&database.store, &session, rotation).await else {
            panic!("the newest token was refused");
        };
        let expected = Session { last_used_at: now, idle_expires_at: now + DAY, ..row(&session) };
        assert_eq!((found.session, found.customer), (expected, Some(customer.clone().into_customer())));
    }
    assert_eq!(made::trail(&database.store, customer.id).await, ["logged_in", "signed_up"]);
}

pub async fn within_the_grace_time_an_old_token_gets_the_same_successor(database: TestDatabase) {
    let (_, session, first) = refreshable(&database).await;
    let store = &database.store;
    let used = rotation(&session, first, NOW);
    assert!(matches!(rotate(store, &session, used.clone()).await, RotationOutcome::Rotated(_)));
    // The successor may have been used meanwhile: a slow tab still gets what it would have got.
    let next = rotation(&session, used.next, NOW);
    assert!(matches!(rotate(store, &session, next.clone()).await, RotationOutcome::Rotated(_)));
    let last = NOW + GRACE.checked_sub(Duration::from_millis(1)).unwrap();
    for (presented, sealed) in [(first, used.sealed_next), (used.next, next.sealed_next)] {
        let again = rotation(&session, presented, last);
        let RotationOutcome::SameSuccessor { sealed_next, found } = rotate(store, &session, again).await
        else {
            panic!("a token within its grace time was refused");
        };
        assert_eq!((sealed_next, found.session.id), (sealed, session.id));
    }
    let newest = rotation(&session, next.next, last);
    assert!(matches!(rotate(store, &session, newest).await, RotationOutcome::Rotated(_)));
}

pub async fn after_the_grace_time_an_old_token_ends_the_session(database: TestDatabase) {
    let (customer, session, first) = refreshable(&database).await;
    let store = &database.store;
    let used = rotation(&session, first, NOW);
    rotate(store, &session, used.clone()).await;
    let reused = rotate(store, &session, rotation(&session, first, NOW + GRACE)).await;
    assert!(matches!(reused, RotationOutcome::Reused(id) if id == session.id));
    assert!(!made::lets_in(store, &session, NOW + GRACE).await);
    for presented in [first, used.next] {
        let outcome = rotate(store, &session, rotation(&session, presented, NOW + GRACE)).await;
        assert!(matches!(outcome, RotationOutcome::Ended));
    }
    assert_eq!(made::trail(store, customer.id).await, ["logged_in", "refresh_reused", "signed_up"]);
}

pub async fn without_grace_a_second_use_ends_the_session(database: TestDatabase) {
    let (_, session, first) = refreshable(&database).await;
    for expected in [true, false] {
        let mut used = rotation(&session, first, NOW);
        used.grace = Duration::ZERO;
        let rotated = matches!(rotate(&database.store, &session, used).await, RotationOutcome::Rotated(_));
        assert_eq!(rotated, expected);
    }
    assert!(!made::lets_in(&database.store, &session, NOW).await);
}

pub async fn an_invented_half_of_a_known_family_ends_the_session(database: TestDatabase) {
    let (_, session, _) = refreshable(&database).await;
    let outcome = rotate(&database.store, &session, rotation(&session, made::hash(), NOW)).await;
    assert!(matches!(outcome, RotationOutcome::Reused(id) if id == session.id));
    assert!(!made::lets_in(&database.store, &session, NOW).await);
}

pub async fn an_unknown_family_is_unknown(database: TestDatabase) {
    let (customer, session, first) = refreshable(&database).await;
    let store = &database.store;
    let cookie = made::logged_in(store, &customer, SessionMode::Cookie).await;
    for family in [made::hash(), first, cookie.secret] {
        let unknown = Rotation { family, ..rotation(&session, first, NOW) };
        assert!(matches!(rotate(store, &session, unknown).await, RotationOutcome::Unknown));
    }
    assert!(made::lets_in(store, &session, NOW).await && made::lets_in(store, &cookie, NOW).await);
}

pub async fn a_session_that_is_over_is_not_renewed(database: TestDatabase) {
    let store = &database.store;
    let (_, expired, first) = refreshable(&database).await;
    let outcome = rotate(store, &expired, rotation(&expired, first, expired.idle_expires_at)).await;
    assert!(matches!(outcome, RotationOutcome::Ended));
    let (_, ended, first) = refreshable(&database).await;
    assert!(end(store, &ended, NOW).await);
    let (erased_customer, erased, second) = refreshable(&database).await;
    let audit = made::event(AuditKind::AccountErased, erased_customer.id);
    assert!(
        store.erase_customer(erased_customer.id, &erased_customer.password_hash, NOW, audit).await.unwrap()
    );
    for (session, presented) in [(ended, first), (erased, second)] {
        for presented in [presented, made::hash()] {
            let outcome = rotate(store, &session, rotation(&session, presented, NOW)).await;
            assert!(matches!(outcome, RotationOutcome::Ended));
        }
        assert!(!made::trail(store, session.customer).await.contains(&"refresh_reused"));
    }
}

pub async fn of_racing_uses_of_one_token_one_rotates(database: TestDatabase) {
    for callers in CALLERS {
        let (_, session, first) = refreshable(&database).await;
        let outcomes = race(&database, callers, |store, _| {
            let (session, asked) = (session.clone(), rotation(&session, first, NOW));
            async move { (asked.sealed_next, rotate(&store, &session, asked).await) }
        });
        let (mut rotated, mut same) = (Vec::new(), Vec::new());
        for (sealed, outcome) in outcomes.await {
            match outcome {
                RotationOutcome::Rotated(_) => rotated.push(sealed),
                RotationOutcome::SameSuccessor { sealed_next, .. } => same.push(sealed_next),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((rotated.len(), same.len()), (1, callers - 1));
        assert_eq!(count(&same, &rotated[0]), callers - 1, "everybody gets the winner's successor");
        assert!(made::lets_in(&database.store, &session, NOW).await);
    }
}

pub async fn an_ending_wins_over_racing_refreshes(database: TestDatabase) {
    for round in 0..5 {
        let (_, session, first) = refreshable(&database).await;
        let outcomes = race(&database, 20, |store, caller| {
            let (session, asked) = (session.clone(), rotation(&session, first, NOW));
            async move {
                if caller == round {
                    assert!(end(&store, &session, NOW).await);
                    let after = rotate(&store, &session, asked).await;
                    assert!(matches!(after, RotationOutcome::Ended));
                } else {
                    let outcome = rotate(&store, &session, asked).await;
                    assert!(!matches!(outcome, RotationOutcome::Reused(_) | RotationOutcome::Unknown));
                }
            }
        });
        outcomes.await;
        assert!(!made::lets_in(&database.store, &session, NOW).await);
    }
}

pub async fn refresh_tokens_survive_a_restart(mut database: TestDatabase) {
    let (_, session, first) = refreshable(&database).await;
    let used = rotation(&session, first, NOW);
    rotate(&database.store, &session, used.clone()).await;
    database.restart().await;
    let store = &database.store;
    let outcome = rotate(store, &session, rotation(&session, first, NOW)).await;
    assert!(
        matches!(outcome, RotationOutcome::SameSuccessor { sealed_next, .. } if sealed_next == used.sealed_next)
    );
    let outcome = rotate(store, &session, rotation(&session, used.next, NOW)).await;
    assert!(matches!(outcome, RotationOutcome::Rotated(_)));
}
