//! Attempt counters.

use std::time::Duration;

use doorstep_base::Timestamp;
use doorstep_store::{AttemptLimit, AuditKind, Counted, Restore};

use super::made::{self, HOUR, MINUTE, NOW};
use super::race::{CALLERS, race};
use crate::TestDatabase;

fn at_most(limit: u32, window: Duration) -> AttemptLimit {
    AttemptLimit { key: made::bytes(), limit, window }
}

async fn attempt(database: &TestDatabase, limits: &[AttemptLimit], now: Timestamp) -> Counted {
    database.store.count_attempt_if_below(limits, now).await.unwrap()
}

/// How many attempts in a row are allowed at `now`.
async fn allowed(database: &TestDatabase, limit: AttemptLimit, now: Timestamp) -> u32 {
    let mut allowed = 0;
    while allowed < 5000
        && let Counted::Allowed { .. } = attempt(database, &[limit], now).await
    {
        allowed += 1;
    }
    allowed
}

pub async fn as_many_attempts_as_the_limit_are_allowed(database: TestDatabase) {
    let limit = at_most(3, MINUTE);
    let step = MINUTE / 3;
    for (remaining, used) in [(2, 1), (1, 2), (0, 3)] {
        let counted = attempt(&database, &[limit], NOW).await;
        assert_eq!(counted, Counted::Allowed { remaining, reset: step * used });
    }
    for _ in 0..3 {
        assert_eq!(attempt(&database, &[limit], NOW).await, Counted::Refused { retry_after: step, first: 0 });
    }
}

pub async fn attempts_come_back_evenly(database: TestDatabase) {
    let limit = at_most(4, HOUR);
    assert_eq!(allowed(&database, limit, NOW).await, 4);
    let quarter = HOUR / 4;
    let almost = NOW + quarter.checked_sub(Duration::from_millis(1)).unwrap();
    let retry_after = Duration::from_millis(1);
    assert_eq!(attempt(&database, &[limit], almost).await, Counted::Refused { retry_after, first: 0 });
    assert_eq!(allowed(&database, limit, NOW + quarter).await, 1);
    assert_eq!(allowed(&database, limit, NOW + 3 * quarter).await, 2);
    assert_eq!(allowed(&database, limit, NOW + 3 * HOUR).await, 4);
}

pub async fn a_window_that_does_not_divide_evenly_gives_neither_more_nor_fewer(database: TestDatabase) {
    for (limit, window) in [(7, 1000), (3, 1), (600, 1000), (1, 1), (999, 1000)] {
        let limit = at_most(limit, Duration::from_millis(window));
        assert_eq!(allowed(&database, limit, NOW).await, limit.limit, "{limit:?}");
    }
}

pub async fn a_limit_of_none_allows_none(database: TestDatabase) {
    assert_eq!(allowed(&database, at_most(0, MINUTE), NOW).await, 0);
}

pub async fn of_racing_attempts_exactly_the_limit_are_allowed(database: TestDatabase) {
    for callers in CALLERS {
        for most in [1, 10] {
            let limit = at_most(most, HOUR);
            let counted = race(&database, callers, move |store, _| async move {
                store.count_attempt_if_below(&[limit], NOW).await.unwrap()
            });
            let allowed = counted.await.into_iter().filter(|c| matches!(c, Counted::Allowed { .. })).count();
            assert_eq!(allowed, callers.min(most as usize));
        }
    }
}

pub async fn racing_attempts_under_shared_limits_never_pass_the_tightest(database: TestDatabase) {
    let (one, other) = (at_most(5, HOUR), at_most(20, HOUR));
    let counted = race(&database, 50, move |store, caller| async move {
        // Both orders: whoever takes them in another order must not be locked out.
        let limits = if caller % 4 < 2 { [one, other] } else { [other, one] };
        store.count_attempt_if_below(&limits, NOW).await.unwrap()
    });
    let passed = counted.await.into_iter().filter(|c| matches!(c, Counted::Allowed { .. })).count();
    assert_eq!(passed, 5);
    assert_eq!(allowed(&database, other, NOW).await, 15);
}

pub async fn under_several_limits_all_count_or_none(database: TestDatabase) {
    let (account, network) = (at_most(2, MINUTE), at_most(5, MINUTE));
    let both = [account, network];
    assert_eq!(
        attempt(&database, &both, NOW).await,
        Counted::Allowed { remaining: 1, reset: MINUTE / 2 },
        "the tighter one is told"
    );
    attempt(&database, &both, NOW).await;
    for _ in 0..10 {
        let retry_after = MINUTE / 2;
        assert_eq!(attempt(&database, &both, NOW).await, Counted::Refused { retry_after, first: 0 });
    }
    assert_eq!(allowed(&database, network, NOW).await, 3, "refused attempts were not counted");
}

pub async fn the_first_limit_that_refuses_is_told(database: TestDatabase) {
    let limits = [at_most(3, MINUTE), at_most(2, HOUR), at_most(1, MINUTE)];
    let [first, second, third] = limits;
    for (reached, told) in [(third, 2), (second, 1), (first, 0)] {
        allowed(&database, reached, NOW).await;
        let counted = attempt(&database, &limits, NOW).await;
        assert!(matches!(counted, Counted::Refused { first, .. } if first == told), "{counted:?}");
    }
}

pub async fn after_the_wait_that_was_told_an_attempt_is_allowed(database: TestDatabase) {
    let limits = [at_most(1, MINUTE), at_most(1, HOUR)];
    attempt(&database, &limits, NOW).await;
    let counted = attempt(&database, &limits, NOW).await;
    let Counted::Refused { retry_after, first: 0 } = counted else { panic!("{counted:?}") };
    assert_eq!(retry_after, HOUR);
    assert!(matches!(attempt(&database, &limits, NOW + retry_after).await, Counted::Allowed { .. }));
}

pub async fn counters_of_other_keys_are_left_alone(database: TestDatabase) {
    let one = at_most(1, HOUR);
    let mut other = one;
    other.key[31] ^= 1;
    assert_eq!(allowed(&database, one, NOW).await, 1);
    assert_eq!(allowed(&database, other, NOW).await, 1);
}

pub async fn counters_survive_a_restart(mut database: TestDatabase) {
    let limit = at_most(3, HOUR);
    attempt(&database, &[limit], NOW).await;
    database.restart().await;
    assert_eq!(allowed(&database, limit, NOW).await, 2);
}

/// Opens a session, as a login that restores these counters.
async fn log_in(database: &TestDatabase, customer: &doorstep_store::NewCustomer, restore: Vec<Restore>) {
    let session = made::session(customer.id, doorstep_store::SessionMode::Cookie);
    let audit = made::event(AuditKind::LoggedIn, customer.id);
    let proof = made::proof(customer);
    database.store.insert_session(session, proof, 10, restore, audit.into()).await.unwrap();
}

pub async fn a_login_gives_one_attempt_back_and_never_more_than_were_counted(database: TestDatabase) {
    let customer = made::signed_up(&database.store).await;
    let (counted, fresh) = (at_most(5, HOUR), at_most(3, HOUR));
    for _ in 0..3 {
        attempt(&database, &[counted], NOW).await;
    }
    log_in(&database, &customer, vec![Restore::GiveBack(counted), Restore::GiveBack(fresh)]).await;
    assert_eq!(allowed(&database, counted, NOW).await, 3);
    assert_eq!(allowed(&database, fresh, NOW).await, 3);
    // A counter that has come to rest meanwhile is not in credit.
    let later = NOW + 2 * HOUR;
    for _ in 0..3 {
        log_in(&database, &customer, vec![Restore::GiveBack(counted)]).await;
    }
    assert_eq!(allowed(&database, counted, later).await, 5);
}

pub async fn a_login_clears_its_counter_and_no_other(database: TestDatabase) {
    let customer = made::signed_up(&database.store).await;
    let (account, network) = (at_most(2, HOUR), at_most(5, HOUR));
    attempt(&database, &[account, network], NOW).await;
    log_in(&database, &customer, vec![Restore::Clear(account.key)]).await;
    assert_eq!(allowed(&database, account, NOW).await, 2);
    assert_eq!(allowed(&database, network, NOW).await, 4);
}

pub async fn no_limit_allows_everything(database: TestDatabase) {
    let counted = attempt(&database, &[], NOW).await;
    assert_eq!(counted, Counted::Allowed { remaining: u32::MAX, reset: Duration::ZERO });
}

async fn take_back(database: &TestDatabase, limits: &[AttemptLimit], counted_at: Timestamp, now: Timestamp) {
    database.store.uncount_attempt(limits, counted_at, now).await.unwrap();
}

pub async fn an_attempt_that_is_taken_back_can_be_made_again(database: TestDatabase) {
    let (account, network, other) = (at_most(3, HOUR), at_most(5, MINUTE), at_most(2, HOUR));
    assert_eq!(allowed(&database, other, NOW).await, 2);
    for _ in 0..3 {
        attempt(&database, &[account, network], NOW).await;
    }
    take_back(&database, &[account, network], NOW, NOW).await;
    let counted = attempt(&database, &[account, network], NOW).await;
    assert_eq!(counted, Counted::Allowed { remaining: 0, reset: HOUR });
    assert_eq!(allowed(&database, account, NOW).await, 0);
    assert_eq!(allowed(&database, network, NOW).await, 2);
    assert_eq!(allowed(&database, other, NOW).await, 0, "another counter is left alone");
}

pub async fn what_time_gave_back_is_not_given_twice(database: TestDatabase) {
    let step = MINUTE;
    for (later, left) in [(Duration::ZERO, 1), (step / 4, 1), (step, 1), (step * 2, 2)] {
        let limit = at_most(10, step * 10);
        assert_eq!(allowed(&database, limit, NOW).await, 10);
        take_back(&database, &[limit], NOW, NOW + later).await;
        assert_eq!(allowed(&database, limit, NOW + later).await, left, "{later:?} later");
    }
    // At rest meanwhile: the attempt has come back by itself, and what was counted since is not its own.
    let limit = at_most(10, step * 10);
    attempt(&database, &[limit], NOW).await;
    let now = NOW + step * 3;
    assert_eq!(allowed(&database, limit, now).await, 10);
    take_back(&database, &[limit], NOW, now).await;
    assert_eq!(allowed(&database, limit, now).await, 0);
}

pub async fn taking_back_never_frees_more_than_was_counted(database: TestDatabase) {
    let (limit, unknown) = (at_most(3, HOUR), at_most(3, HOUR));
    attempt(&database, &[limit], NOW).await;
    for _ in 0..5 {
        take_back(&database, &[limit, unknown], NOW, NOW).await;
    }
    assert_eq!(allowed(&database, limit, NOW).await, 3);
    assert_eq!(allowed(&database, unknown, NOW).await, 3);
    // As when a clock was set back in between.
    take_back(&database, &[limit], NOW + HOUR, NOW).await;
    assert_eq!(allowed(&database, limit, NOW).await, 1);
}

pub async fn of_racing_attempts_that_are_taken_back_none_stays_and_none_is_free(database: TestDatabase) {
    for callers in CALLERS {
        let (account, network) = (at_most(10, HOUR), at_most(100, HOUR));
        let kept = race(&database, callers, move |store, caller| async move {
            // Both orders, as above.
            let limits = if caller % 4 < 2 { [account, network] } else { [network, account] };
            let counted = store.count_attempt_if_below(&limits, NOW).await.unwrap();
            let is_counted = matches!(counted, Counted::Allowed { .. });
            let is_kept = is_counted && caller % 8 < 2;
            if is_counted && !is_kept {
                store.uncount_attempt(&limits, NOW, NOW).await.unwrap();
            }
            is_kept
        });
        let kept = u32::try_from(kept.await.into_iter().filter(|kept| *kept).count()).unwrap();
        assert_eq!(allowed(&database, account, NOW).await, 10 - kept, "{callers} callers");
        assert_eq!(allowed(&database, network, NOW).await, 100 - kept, "{callers} callers");
    }
}
