//! What was counted for a check of a secret is given back when no check ran: there was no place, no time, no database,
//! or nobody left who waits. A customer must not be locked out by answers that told nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use doorstep_base::{Clock, Timestamp};
use doorstep_store::{AttemptLimit, Attempts};
use tokio::runtime::Handle;

/// How long to wait for a database that is away, each time; after the last of them the attempt stays counted.
const PAUSES: [u64; 7] = [0, 1, 1, 2, 4, 8, 16];

/// Of one counted attempt. When the last handle on it goes and it was not used up, the attempt is given back.
#[derive(Debug)]
pub struct Receipt {
    is_used: AtomicBool,
    unused: Option<Unused>,
}

impl Receipt {
    pub(super) fn of(
        attempts: &Arc<dyn Attempts>,
        clock: &Arc<dyn Clock>,
        limits: Vec<AttemptLimit>,
        counted_at: Timestamp,
    ) -> Self {
        let (attempts, clock) = (attempts.clone(), clock.clone());
        let runtime = Handle::try_current().ok();
        let unused = runtime.map(|runtime| Unused { runtime, attempts, clock, limits, counted_at });
        Self { is_used: AtomicBool::new(false), unused }
    }

    /// For whom nothing was counted.
    pub(super) const fn of_nothing() -> Self {
        Self { is_used: AtomicBool::new(true), unused: None }
    }

    /// From now on the attempt stays counted, whatever becomes of it. To be called before anything is learned by it.
    pub fn use_up(&self) {
        self.is_used.store(true, Ordering::Release);
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        if let Some(unused) = self.unused.take().filter(|_| !self.is_used.load(Ordering::Acquire)) {
            let runtime = unused.runtime.clone();
            runtime.spawn(unused.give_back());
        }
    }
}

struct Unused {
    /// It may go on a thread that has none.
    runtime: Handle,
    attempts: Arc<dyn Attempts>,
    clock: Arc<dyn Clock>,
    limits: Vec<AttemptLimit>,
    counted_at: Timestamp,
}

impl std::fmt::Debug for Unused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Unused({} limits)", self.limits.len())
    }
}

impl Unused {
    /// Once at most: a second time might free what somebody else has used. So it waits until the database is seen to write.
    async fn give_back(self) {
        for seconds in PAUSES {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            if self.attempts.count_attempt_if_below(&[], self.clock.now()).await.is_err() {
                continue;
            }
            let now = self.clock.now();
            let given = self.attempts.uncount_attempt(&self.limits, self.counted_at, now).await;
            return told(given.is_ok());
        }
        told(false);
    }
}

fn told(is_given: bool) {
    let outcome = if is_given { "given" } else { "lost" };
    metrics::counter!("doorstep_attempts_given_back_total", "outcome" => outcome).increment(1);
}
