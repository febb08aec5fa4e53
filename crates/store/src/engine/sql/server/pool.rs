//! Connections that are kept for the next caller.
//!
//! Our own and not the driver's: that one asks the server "are you there?" at every return, and keeps connections whose
//! answer never came. Here a connection is returned in a known state or closed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::link::Link;
use crate::{Settings, StoreError, StoreResult};

/// A connection that nobody needed for so long is closed; the server is told to do so a little later.
const IDLE: Duration = Duration::from_secs(120);
/// The oldest that a connection gets, so that servers behind a load balancer are used evenly after a while.
const AGE: Duration = Duration::from_secs(1800);

pub(super) struct Pool<L: Link> {
    plan: L::Plan,
    settings: Settings,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Idle<L>>>,
    /// Counts the times at which connections were found lost: one of an earlier time is not kept. Pools to one server
    /// share it: what the writes find out, the look-ups must know.
    era: Arc<AtomicU64>,
}

struct Idle<L> {
    link: L,
    era: u64,
    born: Instant,
    since: Instant,
}

/// A connection in use. Dropped, it is closed.
pub(super) struct Lease<L: Link> {
    pub link: L,
    /// Not used before: what fails on it does not fail because it was kept for too long.
    pub is_new: bool,
    born: Instant,
    era: u64,
    pool: Arc<Pool<L>>,
    _permit: OwnedSemaphorePermit,
}

impl<L: Link> Pool<L> {
    pub fn new(plan: L::Plan, settings: Settings) -> Self {
        let permits = Arc::new(Semaphore::new(settings.connections as usize));
        Self { plan, settings, permits, idle: Mutex::default(), era: Arc::default() }
    }

    /// Another one to the same server.
    pub fn beside(&self, connections: u32) -> Self {
        let era = Arc::clone(&self.era);
        Self { era, ..Self::new(self.plan.clone(), Settings { connections, ..self.settings }) }
    }

    pub fn plan(&self) -> &L::Plan {
        &self.plan
    }

    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// A connection for the caller alone, when it is their turn.
    pub async fn lease(self: &Arc<Self>) -> StoreResult<Lease<L>> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| closed())?;
        let era = self.era.load(Ordering::Acquire);
        let pool = Arc::clone(self);
        if let Some(Idle { link, born, .. }) = self.kept(era) {
            return Ok(Lease { link, is_new: false, born, era, pool, _permit: permit });
        }
        let link = L::connect(&self.plan, self.settings.timeout).await.map_err(|failure| failure.error)?;
        Ok(Lease { link, is_new: true, born: Instant::now(), era, pool, _permit: permit })
    }

    /// The one that was used last, so that those which are too many become old.
    fn kept(&self, era: u64) -> Option<Idle<L>> {
        let now = Instant::now();
        let mut idle = self.idle();
        // The longest unused stand first. Closing them is dropping them: they are idle.
        let old = idle.iter().take_while(|kept| now - kept.since > IDLE).count();
        idle.drain(..old);
        while let Some(kept) = idle.pop() {
            if now - kept.born <= AGE && kept.era == era {
                return Some(kept);
            }
        }
        None
    }

    /// Closes what is kept: one connection was lost, and the others to the same server probably are, too.
    pub fn distrust(&self) {
        self.era.fetch_add(1, Ordering::AcqRel);
        self.idle().clear();
    }

    pub async fn close(&self) {
        if let Ok(all) = self.permits.acquire_many(self.settings.connections).await {
            self.permits.close();
            let kept = std::mem::take(&mut *self.idle());
            for Idle { link, .. } in kept {
                // The goodbye is a courtesy; a server that does not take it must not hold us.
                let _ = tokio::time::timeout(Duration::from_millis(100), link.close()).await;
            }
            drop(all);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle<L>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<L: Link> Lease<L> {
    /// For the next caller: the last answer on it has been read whole.
    pub fn give_back(self) {
        if self.era == self.pool.era.load(Ordering::Acquire) {
            let Self { link, born, era, .. } = self;
            self.pool.idle().push(Idle { link, era, born, since: Instant::now() });
        }
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the database was closed".to_owned())
}
