//! The arithmetic of attempt counters, the same for every engine.

use std::time::Duration;

use doorstep_base::Timestamp;

use crate::{AttemptLimit, Counted};

/// A limit at a moment, in microseconds: in milliseconds an uneven share of the window would be lost.
///
/// A counter is the moment at which it is at rest. Every attempt moves that moment on by `step`, and it is allowed
/// while the moment stays within `burst` from now.
pub(crate) struct Rate {
    now: i64,
    step: i64,
    burst: i64,
}

impl Rate {
    pub fn of(limit: &AttemptLimit, now: Timestamp) -> Self {
        let step = Self::step_of(limit);
        Self { now: now.as_millis().saturating_mul(1000), step, burst: step * i64::from(limit.limit) }
    }

    /// By how much an attempt moves its counter on.
    pub fn step_of(limit: &AttemptLimit) -> i64 {
        // A year at most, so that no sum can overflow.
        let window = i64::try_from(limit.window.as_micros()).unwrap_or(i64::MAX).min(365 * 86_400_000_000);
        (window / i64::from(limit.limit).max(1)).max(1)
    }

    pub fn now(&self) -> i64 {
        self.now
    }

    pub fn step(&self) -> i64 {
        self.step
    }

    /// What an attempt of then still takes up, at least: a counter that was at rest in between has come back by itself.
    pub fn left_of_attempt(&self, counted_at: Timestamp) -> i64 {
        let since = self.now - counted_at.as_millis().saturating_mul(1000);
        (self.step - since.max(0)).max(0)
    }

    /// What a counter may stand at for one more attempt.
    pub fn highest(&self) -> i64 {
        self.now + self.burst - self.step
    }

    fn at_rest(&self, free_at: Option<i64>) -> i64 {
        free_at.unwrap_or(self.now).max(self.now)
    }

    /// How long until one more attempt is allowed; `None` when it is now.
    pub fn wait(&self, free_at: Option<i64>) -> Option<Duration> {
        let over = self.at_rest(free_at) - self.highest();
        u64::try_from(over).ok().filter(|over| *over > 0).map(Duration::from_micros)
    }

    /// How many more attempts are allowed now, and after how long all of them are again.
    fn left(&self, free_at: Option<i64>) -> (u32, Duration) {
        let used = self.at_rest(free_at) - self.now;
        let remaining = (self.burst - used) / self.step;
        (u32::try_from(remaining).unwrap_or(0), Duration::from_micros(u64::try_from(used).unwrap_or(0)))
    }
}

/// What several limits say to one attempt.
#[derive(Default)]
pub(crate) struct Waits {
    refused: Option<(Duration, usize)>,
}

impl Waits {
    /// `place` is the limit's in the caller's list.
    pub fn add(&mut self, place: usize, wait: Option<Duration>) {
        let Some(wait) = wait else { return };
        let (longest, first) = self.refused.unwrap_or((wait, place));
        self.refused = Some((longest.max(wait), first.min(place)));
    }

    pub fn refused(&self) -> Option<Counted> {
        self.refused.map(|(retry_after, first)| Counted::Refused { retry_after, first })
    }
}

/// What is left under the tightest of several limits that have counted.
pub(crate) struct Tally {
    remaining: u32,
    reset: Duration,
}

impl Default for Tally {
    fn default() -> Self {
        Self { remaining: u32::MAX, reset: Duration::ZERO }
    }
}

impl Tally {
    pub fn add(&mut self, rate: &Rate, free_at: Option<i64>) {
        let (remaining, reset) = rate.left(free_at);
        if remaining < self.remaining || (remaining == self.remaining && reset > self.reset) {
            *self = Self { remaining, reset };
        }
    }

    pub fn counted(&self) -> Counted {
        Counted::Allowed { remaining: self.remaining, reset: self.reset }
    }
}
