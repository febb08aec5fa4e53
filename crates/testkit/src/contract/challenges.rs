//! Challenges: what is proven once.

use std::sync::Arc;

use doorstep_base::{SecretHash, Timestamp};
use doorstep_store::{Challenge, Consumed, Means, Opened, Presented, Purpose, Store};

use super::made::{self, HOUR, MINUTE, NOW};
use super::race::{CALLERS, race};
use crate::TestDatabase;

pub(super) fn challenge() -> Challenge {
    Challenge {
        subject: made::hash(),
        purpose: Purpose::RecoverPassword,
        customer: Some(made::customer().id),
        email: None,
        secret: made::hash(),
        tries_left: 3,
        created_at: NOW,
        expires_at: NOW + HOUR,
    }
}

/// What uses it up by its code.
pub(super) fn presented(of: &Challenge) -> Presented {
    let Challenge { subject, purpose, secret, created_at, .. } = *of;
    Presented { subject, purpose, secret, means: Means::Code, now: created_at }
}

async fn opened(store: &Arc<dyn Store>) -> Challenge {
    let challenge = challenge();
    put(store, &challenge).await;
    challenge
}

async fn put(store: &Arc<dyn Store>, challenge: &Challenge) -> Opened {
    store.open_challenge(challenge.clone(), None, None).await.unwrap()
}

async fn try_at(store: &Arc<dyn Store>, of: &Challenge, secret: SecretHash, now: Timestamp) -> Consumed {
    store.consume_challenge(Presented { secret, now, ..presented(of) }).await.unwrap()
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
        assert_eq!(
            try_at(store, &open, made::hash(), NOW).await,
            Consumed::Wrong { tries_left, customer: open.customer }
        );
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
    assert_eq!(
        try_at(store, &open, made::hash(), NOW).await,
        Consumed::Wrong { tries_left: 2, customer: open.customer }
    );
    let again = Challenge { secret: made::hash(), created_at: NOW + MINUTE, ..open.clone() };
    put(store, &again).await;
    let outcome = try_at(store, &open, open.secret, NOW + MINUTE).await;
    assert_eq!(
        outcome,
        Consumed::Wrong { tries_left: 1, customer: open.customer },
        "the former secret is a wrong one"
    );
    assert!(matches!(try_at(store, &again, again.secret, NOW + MINUTE).await, Consumed::Right(_)));
    // A new one has all its tries.
    put(store, &open).await;
    assert_eq!(
        try_at(store, &open, made::hash(), NOW).await,
        Consumed::Wrong { tries_left: 2, customer: open.customer }
    );
}

pub async fn one_that_is_out_of_tries_takes_its_link_alone(database: TestDatabase) {
    let store = &database.store;
    let first = opened(store).await;
    for _ in 0..3 {
        try_at(store, &first, made::hash(), NOW).await;
    }
    // Whoever asks again gets no tries. The owner gets in by the link, whatever others guess.
    let mut newest = first.clone();
    for minute in 1..5 {
        let created_at = NOW + minute * MINUTE;
        newest =
            Challenge { created_at, expires_at: created_at + HOUR, secret: made::hash(), ..first.clone() };
        assert_eq!(put(store, &newest).await, Opened::Open { tries_left: 0 });
        assert_eq!(try_at(store, &newest, newest.secret, created_at).await, Consumed::Spent);
    }
    let by_link = |of: &Challenge| Presented { means: Means::Link, ..presented(of) };
    assert_eq!(store.consume_challenge(by_link(&first)).await.unwrap(), Consumed::Spent, "of a former mail");
    let right = store.consume_challenge(by_link(&newest)).await.unwrap();
    assert_eq!(right, Consumed::Right(Box::new(Challenge { tries_left: 0, ..newest.clone() })));
    assert_eq!(store.consume_challenge(by_link(&newest)).await.unwrap(), Consumed::Spent);
    assert_eq!(put(store, &first).await, Opened::Open { tries_left: 3 });
}

pub async fn of_racing_links_and_codes_one_is_let_in(database: TestDatabase) {
    for callers in CALLERS {
        let open = opened(&database.store).await;
        let outcomes = race(&database, callers, |store, caller| {
            let means = if caller % 3 == 0 { Means::Code } else { Means::Link };
            let presented = Presented { means, ..presented(&open) };
            async move { store.consume_challenge(presented).await.unwrap() }
        });
        let outcomes = outcomes.await;
        assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Consumed::Right(_))).count(), 1);
    }
}

pub async fn an_older_one_does_not_replace_a_newer_one(database: TestDatabase) {
    let store = &database.store;
    let newer = Challenge { created_at: NOW + MINUTE, ..challenge() };
    let older = Challenge { created_at: NOW, secret: made::hash(), ..newer.clone() };
    put(store, &newer).await;
    put(store, &older).await;
    assert!(matches!(try_at(store, &newer, newer.secret, NOW + MINUTE).await, Consumed::Right(_)));
}

pub async fn a_challenge_is_found_without_a_try(database: TestDatabase) {
    let store = &database.store;
    let open = opened(store).await;
    for _ in 0..5 {
        assert_eq!(store.find_challenge(presented(&open)).await.unwrap(), Some(open.clone()));
        let wrong = Presented { secret: made::hash(), ..presented(&open) };
        assert_eq!(store.find_challenge(wrong).await.unwrap(), None);
    }
    let late = Presented { now: open.expires_at, ..presented(&open) };
    assert_eq!(store.find_challenge(late).await.unwrap(), None);
    assert!(matches!(try_at(store, &open, open.secret, NOW).await, Consumed::Right(_)));
    assert_eq!(store.find_challenge(presented(&open)).await.unwrap(), None);
}

pub async fn callers_that_open_one_at_once_share_its_tries(database: TestDatabase) {
    for callers in CALLERS {
        let open = challenge();
        let outcomes = race(&database, callers, |store, _| {
            let mine = Challenge { secret: made::hash(), ..open.clone() };
            async move {
                put(&store, &mine).await;
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
    put(store, &next).await;
    let wrong = try_at(store, &next, made::hash(), next.created_at).await;
    assert_eq!(wrong, Consumed::Wrong { tries_left: 2, customer: next.customer });
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

pub async fn live_challenges_of_a_customer_are_told_oldest_first(database: TestDatabase) {
    let store = &database.store;
    let older = opened(store).await;
    let newer = Challenge { customer: older.customer, created_at: NOW + MINUTE, ..challenge() };
    let over = Challenge { customer: older.customer, expires_at: NOW + MINUTE, ..challenge() };
    for challenge in [&newer, &over, &Challenge { customer: None, ..challenge() }] {
        put(store, challenge).await;
    }
    opened(store).await;
    let told = store.challenges_of(older.customer.unwrap(), NOW + MINUTE).await.unwrap();
    assert_eq!(told, [older, newer]);
    assert_eq!(store.challenges_of(made::customer().id, NOW).await.unwrap(), []);
}
