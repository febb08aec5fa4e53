//! Attempt counters: how often something may be tried, on all nodes together, also after a restart.
//!
//! The generic cell rate algorithm (ATM Forum TM 4.0 §4.4.2): one moment for each key, so that a counter is one
//! conditional write and "`limit` in `window`" slides instead of jumping at the edges of a window.

use std::time::Duration;

use async_trait::async_trait;
use doorstep_base::Timestamp;

use crate::StoreResult;

/// At most `limit` attempts at once, refilled evenly over `window`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptLimit {
    /// Hash of what is limited (route, and account or network).
    pub key: [u8; 32],
    pub limit: u32,
    pub window: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Counted; this many more are free right now under the tightest of the limits, which is full again after `reset`.
    Allowed { remaining: u32, reset: Duration },
    /// At least one limit is reached, `first` is the first of them, and nothing was counted; after `retry_after` none of them is
    /// any more.
    Refused { retry_after: Duration, first: usize },
}

/// What becomes of a counter when the attempt that it counted was a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restore {
    /// It is at rest again.
    Clear([u8; 32]),
    /// One attempt fewer stands in it.
    GiveBack(AttemptLimit),
}

impl Restore {
    pub(crate) const fn key(&self) -> &[u8; 32] {
        match self {
            Self::Clear(key) => key,
            Self::GiveBack(limit) => &limit.key,
        }
    }
}

#[async_trait]
pub trait Attempts: Send + Sync {
    /// Counts one attempt under every limit, or under none when one of them is reached.
    ///
    /// Race: of any number of callers on a fresh key, exactly `limit` are allowed.
    async fn count_attempt_if_below(&self, limits: &[AttemptLimit], now: Timestamp) -> StoreResult<Counted>;

    /// Takes back one attempt that was allowed at `counted_at` under these limits, and came to nothing. What has come back
    /// since by time alone is not given twice: afterwards as much is left as when it was counted, less what others used.
    ///
    /// Race: no counter falls below rest, and of any number of callers none frees more than its own attempt. Where nobody
    /// knows whether it was done (`Unavailable`) it must not be asked again.
    async fn uncount_attempt(
        &self,
        limits: &[AttemptLimit],
        counted_at: Timestamp,
        now: Timestamp,
    ) -> StoreResult<()>;
}
