//! The servers that one URL names: a primary and those that may follow it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;

/// Where to connect. Clones share which one was good.
#[derive(Clone)]
pub(crate) struct Hosts {
    all: Arc<[PgConnectOptions]>,
    /// The one that took writes last: it is asked first.
    good: Arc<AtomicUsize>,
}

impl Hosts {
    pub fn new(all: Vec<PgConnectOptions>) -> Self {
        Self { all: all.into(), good: Arc::default() }
    }

    pub fn has_others(&self) -> bool {
        self.all.len() > 1
    }

    /// All of them, the good one first.
    pub fn in_order(&self) -> impl Iterator<Item = (usize, &PgConnectOptions)> {
        let (good, many) = (self.good.load(Ordering::Relaxed), self.all.len());
        (0..many).map(move |step| (good + step) % many).map(|place| (place, &self.all[place]))
    }

    pub fn remember(&self, place: usize) {
        self.good.store(place, Ordering::Relaxed);
    }

    /// How long one of them may take: one that is silent must not use up the time for the others.
    pub fn share(&self, patience: Duration) -> Duration {
        patience / u32::try_from(self.all.len()).unwrap_or(1).max(1)
    }
}
