//! Challenges: what is proven once.

use std::sync::Arc;

use doorstep_base::{SecretHash, Timestamp};
use doorstep_store::{Challenge, Consumed, Purpose, Store};

use super::made::{self, HOUR, MINUTE, NOW};
use super::race::{CALLERS, race};
use crate::TestDatabase;

pub(super) fn challenge() -> Challenge {
    Challenge {
        subject: made::hash(),
        purpose: Purpose::RecoverPassword,
        customer: Some(made::customer().id),
        secret: made::hash(),
        tries_left: 3,
        created_at: NOW,
        expires_at: NOW + HOUR,
    }
}

async fn opened(store: &Arc<dyn Store>) -> Challenge {
    let challenge = challenge();
    store.open_challenge(challenge.clone()).await.unwrap();
    challenge
}

async fn try_at(store: &Arc<dyn Store>, of: &Challenge, secret: SecretHash, now: Timestamp) -> Consumed {
    store.consume_challenge(of.subject, of.purpose, secret, now).await.unwrap()
}

pub async fn the_right_secret_works_once(database: TestDatabase) {
    let store = &database.store;
    let (open, other) = (opened(store).await, opened(store).await);
    let Consumed::Right(used) = try_at(store, &open, open.secret, NOW).await else { panic!("it is right") };
    // Looking took a try, so that nobody can look without one.
    assert_eq!(*used, Challenge { tries_left: 2, ..open.clone() });
    assert_eq!(try_at(store, &open, open.secret, NOW).await, Consumed::Spent);
    assert!(matches!(try_at(store, &other, other.secret, NOW).await, Consumed::Right(_)));
}

pub async fn of_racing_callers_with_the_right_secret_one_is_let_in(database: TestDatabase) {
    for callers in CALLERS {
        let open = opened(&database.store).await;
        let outcomes = race(&database, callers, |store, _| {
            let open = open.clone();
            async move { try_at(&store, &open, open.secret, NOW).await }
        });
        let outcomes = outcomes.await;
        assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Consumed::Right(_))).count(), 1);
        assert!(outcomes.iter().all(|outcome| !matches!(outcome, Consumed::Wrong { .. })));
    }
}

pub async fn wrong_secrets_use_the_tries_up(database: TestDatabase) {
    let store = &database.store;
    let open = opened(store).await;
    for tries_left in [2, 1, 0] {
        assert_eq!(try_at(store, &open, made::hash(), NOW).await, Consumed::Wrong { tries_left });
    }
    assert_eq!(try_at(store, &open, open.secret, NOW).await, Consumed::Spent);
}

pub async fn racing_guesses_never_pass_the_tries(database: TestDatabase) {
    for callers in CALLERS {
        let open = opened(&database.store).await;
        let outcomes = race(&database, callers, |store, _| {
            let open = open.clone();
            async move { try_at(&store, &open, made::hash(), NOW).await }
        });
        let outcomes = outcomes.await;
        let wrong = outcomes.iter().filter(|outcome| matches!(outcome, Consumed::Wrong { .. })).count();
        assert_eq!(wrong, callers.min(3));
    }
}

pub async fn asking_again_gives_a_new_secret_and_no_new_tries(database: TestDatabase) {
    let store = &database.store;
    let open = opened(store).await;
    assert_eq!(try_at(store, &open, made::hash(), NOW).await, Consumed::Wrong { tries_left: 2 });
    let again = Challenge { secret: made::hash(), created_at: NOW + MINUTE, ..open.clone() };
    store.open_challenge(again.clone()).await.unwrap();
    let outcome = try_at(store, &open, open.secret, NOW + MINUTE).await;
    assert_eq!(outcome, Consumed::Wrong { tries_left: 1 }, "the former secret is a wrong one");
    assert!(matches!(try_at(store, &again, again.secret, NOW + MINUTE).await, Consumed::Right(_)));
    // A new one has all its tries.
    store.open_challenge(open.clone()).await.unwrap();
    assert_eq!(try_at(store, &open, made::hash(), NOW).await, Consumed::Wrong { tries_left: 2 });
}

pub async fn one_that_is_out_of_tries_stays_so_until_its_time(database: TestDatabase) {
    let store = &database.store;
    let open = opened(store).await;
    for _ in 0..3 {
        try_at(store, &open, made::hash(), NOW).await;
    }
    // Whoever asks again and again neither gets tries nor keeps the owner out for longer.
    for minute in 1..5 {
        let created_at = NOW + minute * MINUTE;
        let again =
            Challenge { created_at, expires_at: created_at + HOUR, secret: made::hash(), ..open.clone() };
        store.open_challenge(again.clone()).await.unwrap();
        assert_eq!(try_at(store, &again, again.secret, created_at).await, Consumed::Spent);
    }
    let next = Challenge { created_at: open.expires_at, expires_at: open.expires_at + HOUR, ..open.clone() };
    store.open_challenge(next.clone()).await.unwrap();
    assert!(matches!(try_at(store, &next, next.secret, next.created_at).await, Consumed::Right(_)));
}

pub async fn callers_that_open_one_at_once_share_its_tries(database: TestDatabase) {
    for callers in CALLERS {
        let open = challenge();
        let outcomes = race(&database, callers, |store, _| {
            let mine = Challenge { secret: made::hash(), ..open.clone() };
            async move {
                store.open_challenge(mine.clone()).await.unwrap();
                try_at(&store, &mine, made::hash(), NOW).await
            }
        });
        let outcomes = outcomes.await;
        let wrong = outcomes.iter().filter(|outcome| matches!(outcome, Consumed::Wrong { .. })).count();
        assert_eq!(wrong, callers.min(3));
    }
}

pub async fn a_challenge_ends_with_its_time(database: TestDatabase) {
    let store = &database.store;
    let open = opened(store).await;
    assert_eq!(try_at(store, &open, open.secret, open.expires_at).await, Consumed::Spent);
    assert!(matches!(try_at(store, &open, open.secret, NOW).await, Consumed::Right(_)));
    // One that is over makes room for another, with all its tries.
    let over = opened(store).await;
    let next = Challenge { created_at: over.expires_at, expires_at: over.expires_at + HOUR, ..over.clone() };
    store.open_challenge(next.clone()).await.unwrap();
    let wrong = try_at(store, &next, made::hash(), next.created_at).await;
    assert_eq!(wrong, Consumed::Wrong { tries_left: 2 });
}

pub async fn another_purpose_or_subject_opens_nothing(database: TestDatabase) {
    let store = &database.store;
    let open = opened(store).await;
    let otherwise = Challenge { purpose: Purpose::LogIn, ..open.clone() };
    assert_eq!(try_at(store, &otherwise, open.secret, NOW).await, Consumed::Spent);
    let elsewhere = Challenge { subject: made::hash(), ..open.clone() };
    assert_eq!(try_at(store, &elsewhere, open.secret, NOW).await, Consumed::Spent);
    assert!(matches!(try_at(store, &open, open.secret, NOW).await, Consumed::Right(_)));
}
