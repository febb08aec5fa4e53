//! How long a refused password takes, so that time tells no kind of record from another, nor from none.
//!
//! A record that was imported, or made under other settings, costs other work than one of today. While such records are
//! checked, every refusal takes as long as the slowest of them, by waiting; what opens an account is not held up. A shop
//! that has no such records never waits. What this cannot hide: the first check of a kind after the start, and a kind
//! that takes longer than [`MOST`]; those are named when they are imported.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use doorstep_base::{Clock, Timestamp};
use tokio::time::Instant;

use super::cost::Kind;

/// No refusal waits longer.
pub const MOST: Duration = Duration::from_millis(500);
/// So long after the last check of such a record the refusals still wait for one.
const KEPT: Duration = Duration::from_secs(7 * 86_400);
/// How much slower than what was seen lately a check may be without being told from others: the machine has busy moments.
const HEADROOM: u32 = 8;
/// A slow moment is forgotten after so many checks, or twice as many: meanwhile quicker checks do not move the level, or each kind
/// would be told by what the one before it has done.
const REMEMBERED: u32 = 128;

/// What one check cost.
#[derive(Clone, Copy, Debug)]
pub struct Paid {
    pub begun: Instant,
    pub took: Duration,
    /// What kind of record it was, when none like it would be made today.
    pub foreign: Option<Kind>,
}

pub struct Level {
    clock: Arc<dyn Clock>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    current: Slowest,
    /// Each kind has its own: many checks of quick ones must not make the slow one forgotten.
    foreign: HashMap<Kind, Foreign>,
}

struct Foreign {
    slowest: Slowest,
    until: Timestamp,
}

/// The slowest of the last checks.
#[derive(Default)]
struct Slowest {
    lately: Duration,
    before: Duration,
    checks: u32,
}

impl Level {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, seen: Mutex::default() }
    }

    pub fn note(&self, paid: &Paid) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(kind) = paid.foreign else { return seen.current.note(paid.took) };
        let until = self.clock.now() + KEPT;
        let foreign =
            seen.foreign.entry(kind).or_insert_with(|| Foreign { slowest: Slowest::default(), until });
        let was_slow = foreign.slowest.get() > MOST;
        foreign.slowest.note(paid.took);
        foreign.until = until;
        if paid.took > MOST && !was_slow {
            tracing::warn!(
                "a password of the kind {kind} took {} ms to check, longer than refusals wait ({} ms): its accounts can be told from \
                 others by that. A login makes each one quick",
                paid.took.as_millis(),
                MOST.as_millis()
            );
        }
    }

    /// How long after its beginning a check may be answered that opened nothing.
    pub fn refusal(&self) -> Duration {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        seen.foreign.retain(|_, foreign| now < foreign.until);
        let Some(slowest) = seen.foreign.values().map(|foreign| foreign.slowest.get()).max() else {
            return Duration::ZERO;
        };
        let slowest = slowest.max(seen.current.get());
        (slowest + slowest / HEADROOM).min(MOST)
    }
}

impl Slowest {
    fn note(&mut self, took: Duration) {
        self.lately = self.lately.max(took);
        self.checks += 1;
        if self.checks == REMEMBERED {
            *self = Self { before: self.lately, ..Self::default() };
        }
    }

    fn get(&self) -> Duration {
        self.lately.max(self.before)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[derive(Debug, Default)]
    struct Moving(AtomicI64);

    impl Clock for Moving {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::SeqCst))
        }
    }

    fn paid(millis: u64, is_foreign: bool) -> Paid {
        paid_for(millis, is_foreign.then_some(Kind::Bcrypt { cost: 10 }))
    }

    fn paid_for(millis: u64, foreign: Option<Kind>) -> Paid {
        Paid { begun: Instant::now(), took: Duration::from_millis(millis), foreign }
    }

    #[test]
    fn many_checks_of_a_quick_kind_make_no_slow_one_forgotten() {
        let clock = Arc::new(Moving::default());
        let level = Level::new(clock.clone());
        level.note(&paid_for(320, Some(Kind::Bcrypt { cost: 12 })));
        clock.0.store(1000, Ordering::SeqCst);
        for _ in 0..10 * REMEMBERED {
            level.note(&paid_for(3, Some(Kind::Bcrypt { cost: 5 })));
            assert_eq!(level.refusal(), Duration::from_millis(360));
        }
        let week = i64::try_from(KEPT.as_millis()).unwrap();
        clock.0.store(week, Ordering::SeqCst);
        assert!(level.refusal() < Duration::from_millis(4), "only the quick one was checked within a week");
    }

    #[test]
    fn a_shop_without_imports_never_waits() {
        let level = Level::new(Arc::new(Moving::default()));
        for took in [20, 21, 400] {
            level.note(&paid(took, false));
            assert_eq!(level.refusal(), Duration::ZERO);
        }
    }

    #[test]
    fn refusals_take_as_long_as_the_slowest_kind_that_is_checked() {
        let level = Level::new(Arc::new(Moving::default()));
        level.note(&paid(20, false));
        level.note(&paid(320, true));
        assert_eq!(level.refusal(), Duration::from_millis(360));
        for _ in 0..100 {
            level.note(&paid(2, true));
            assert_eq!(
                level.refusal(),
                Duration::from_millis(360),
                "a quick one leaves it where the slow ones are"
            );
        }
    }

    #[test]
    fn records_that_are_quicker_than_todays_wait_for_those() {
        let level = Level::new(Arc::new(Moving::default()));
        level.note(&paid(16, false));
        level.note(&paid(2, true));
        assert_eq!(level.refusal(), Duration::from_millis(18));
    }

    #[test]
    fn nobody_waits_longer_than_half_a_second_and_one_slow_moment_is_forgotten() {
        let level = Level::new(Arc::new(Moving::default()));
        level.note(&paid(3000, true));
        assert_eq!(level.refusal(), MOST);
        for _ in 0..300 {
            level.note(&paid(80, true));
        }
        assert!(level.refusal() < Duration::from_millis(92), "{:?}", level.refusal());
    }

    #[test]
    fn a_week_after_the_last_such_check_nobody_waits_any_more() {
        let clock = Arc::new(Moving::default());
        let level = Level::new(clock.clone());
        level.note(&paid(320, true));
        let week = i64::try_from(KEPT.as_millis()).unwrap();
        clock.0.store(week - 1, Ordering::SeqCst);
        assert!(level.refusal() > Duration::ZERO);
        clock.0.store(week, Ordering::SeqCst);
        assert_eq!(level.refusal(), Duration::ZERO);
        level.note(&paid(40, true));
        assert_eq!(level.refusal(), Duration::from_millis(45), "and what was slow then is forgotten");
    }
}
