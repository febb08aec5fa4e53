//! Refresh tokens: each one works once, and what a second use brings.

use std::sync::Arc;
use std::time::Duration;

use doorstep_base::{SecretHash, Timestamp};
use doorstep_store::{
    AuditKind, NewCustomer, NewSession, Purged, Retention, Rotation, RotationOutcome, Session, SessionMode,
    Store,
};

use super::made::{self, DAY, HOUR, NOW};
use super::race::{CALLERS, count, race};
use super::sessions::{end, row};
use crate::TestDatabase;

const GRACE: Duration = Duration::from_secs(30);

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
    store.rotate_refresh_token(rotation, audit.into()).await.unwrap()
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
        let expected =
            Session { last_used_at: now, idle_expires_at: now + DAY, refresh: Some(newest), ..row(&session) };
        assert_eq!((found.session, found.customer), (expected, Some(customer.clone().into_customer())));
    }
    assert_eq!(made::trail(&database.store, customer.id).await, ["logged_in", "signed_up"]);
}

pub async fn what_used_tokens_leave_goes_when_no_grace_time_can_ask_for_it(database: TestDatabase) {
    let (_, session, mut newest) = refreshable(&database).await;
    for _ in 0..20 {
        let rotation = rotation(&session, newest, NOW);
        newest = rotation.next;
        rotate(&database.store, &session, rotation).await;
    }
    let nothing = Timestamp::from_millis(0);
    for (hours, expired) in [(1, 0), (3, 20), (3, 0)] {
        let expired_before = NOW + HOUR * hours;
        let keep = Retention { sessions_before: nothing, audit_before: nothing, expired_before };
        assert_eq!(database.store.purge(keep).await.unwrap(), Purged { expired, ..Purged::default() });
    }
    let next = rotation(&session, newest, NOW + 3 * HOUR);
    assert!(matches!(rotate(&database.store, &session, next).await, RotationOutcome::Rotated(_)));
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
    assert!(store.erase_customer(made::proof(&erased_customer), NOW, audit.into()).await.unwrap());
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
