//! Attempt counters: one conditional write for each limit.

use std::time::Duration;

use async_trait::async_trait;
use doorstep_base::Timestamp;

use super::SqlStore;
use super::db::Tx;
use super::rows::number;
use super::value::values;
use crate::{AttemptLimit, Attempts, Counted, StoreResult};

const FREE_AT: &str = "SELECT free_at FROM attempts WHERE attempt_key = ?";

#[async_trait]
impl Attempts for SqlStore {
    async fn count_attempt_if_below(&self, limits: &[AttemptLimit], now: Timestamp) -> StoreResult<Counted> {
        // A flood of refused attempts writes nothing, so it does not have to stand in the writers' queue either.
        let mut wait = None;
        for limit in limits {
            let free_at = self.db.one(FREE_AT, values![limit.key], number).await?;
            wait = wait.max(Rate::of(limit, now).wait(free_at));
        }
        if let Some(retry_after) = wait {
            return Ok(Counted::Refused { retry_after });
        }
        let mut limits = limits.to_vec();
        // One order for everybody: callers that share two counters cannot lock each other out.
        limits.sort_by_key(|limit| limit.key);
        self.db.write((limits, now), |tx, (limits, now)| Box::pin(count(tx, limits, *now))).await
    }
}

async fn count(tx: &mut Tx<'_>, limits: &[AttemptLimit], now: Timestamp) -> StoreResult<Counted> {
    let mut tightest = (u32::MAX, Duration::ZERO);
    let mut wait = None;
    for limit in limits {
        let rate = Rate::of(limit, now);
        let counted = move_on(tx, &limit.key, &rate).await?;
        let free_at = tx.one(FREE_AT, values![limit.key], number).await?;
        let (remaining, reset) = rate.left(free_at);
        if !counted {
            wait = wait.max(rate.wait(free_at));
        } else if remaining < tightest.0 || (remaining == tightest.0 && reset > tightest.1) {
            tightest = (remaining, reset);
        }
    }
    if let Some(retry_after) = wait {
        tx.discard();
        return Ok(Counted::Refused { retry_after });
    }
    let (remaining, reset) = tightest;
    Ok(Counted::Allowed { remaining, reset })
}

/// Counts on a counter that allows it. No upsert: not every database has one that tells what it did.
async fn move_on(tx: &mut Tx<'_>, key: &[u8; 32], rate: &Rate) -> StoreResult<bool> {
    let update = "UPDATE attempts SET free_at = CASE WHEN free_at > ? THEN free_at ELSE ? END + ? \
                  WHERE attempt_key = ? AND free_at <= ?";
    let highest = rate.now + rate.burst - rate.step;
    let update_values = values![rate.now, rate.now, rate.step, key, highest];
    if tx.execute(update, update_values).await? == 1 {
        return Ok(true);
    }
    let insert = "INSERT INTO attempts (attempt_key, free_at) VALUES (?, ?)";
    let first = rate.now + rate.step;
    if tx.insert_unless_taken(insert, values![key, first]).await? {
        return Ok(true);
    }
    // It stands: on the limit, or made by somebody else a moment ago.
    Ok(tx.execute(update, update_values).await? == 1)
}

/// A limit at a moment, in microseconds: in milliseconds an uneven share of the window would be lost.
///
/// A counter is the moment at which it is at rest. Every attempt moves that moment on by `step`, and it is allowed
/// while the moment stays within `burst` from now.
struct Rate {
    now: i64,
    step: i64,
    burst: i64,
}

impl Rate {
    fn of(limit: &AttemptLimit, now: Timestamp) -> Self {
        // A year at most, so that no sum can overflow.
        let window = i64::try_from(limit.window.as_micros()).unwrap_or(i64::MAX).min(365 * 86_400_000_000);
        let step = (window / i64::from(limit.limit).max(1)).max(1);
        Self { now: now.as_millis().saturating_mul(1000), step, burst: step * i64::from(limit.limit) }
    }

    fn at_rest(&self, free_at: Option<i64>) -> i64 {
        free_at.unwrap_or(self.now).max(self.now)
    }

    /// How long until one more attempt is allowed; `None` when it is now.
    fn wait(&self, free_at: Option<i64>) -> Option<Duration> {
        let over = self.at_rest(free_at) + self.step - (self.now + self.burst);
        u64::try_from(over).ok().filter(|over| *over > 0).map(Duration::from_micros)
    }

    /// How many more attempts are allowed now, and after how long all of them are again.
    fn left(&self, free_at: Option<i64>) -> (u32, Duration) {
        let used = self.at_rest(free_at) - self.now;
        let remaining = (self.burst - used) / self.step;
        (u32::try_from(remaining).unwrap_or(0), Duration::from_micros(u64::try_from(used).unwrap_or(0)))
    }
}
