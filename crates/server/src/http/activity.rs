//! What a connection is doing, which decides who may close it and when.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

/// So long the rest of a head is waited for when the server stops.
const LAST_HEAD: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(20);

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    Nothing,
    /// A part of the next head is there.
    Head,
    /// A head is there whose answer is not, or an answer that the client has not taken.
    Request,
}

pub struct Activity {
    opened: Instant,
    /// When something was read or written last, in milliseconds after that.
    last: AtomicU64,
    is_in_head: AtomicBool,
    is_in_request: AtomicBool,
    /// Nothing was read yet.
    is_unused: AtomicBool,
    /// The server stops: also in the middle of a request, which is answered then.
    must_close: AtomicBool,
}

impl Default for Activity {
    fn default() -> Self {
        Self {
            opened: Instant::now(),
            last: AtomicU64::new(0),
            is_in_head: AtomicBool::new(false),
            is_in_request: AtomicBool::new(false),
            is_unused: AtomicBool::new(true),
            must_close: AtomicBool::new(false),
        }
    }
}

impl Activity {
    /// Something was read or written.
    pub fn note(&self, doing: Doing) {
        self.last.store(self.age(Instant::now()), Ordering::Relaxed);
        self.is_unused.store(false, Ordering::Relaxed);
        self.begin(doing);
    }

    /// From now on it is doing this.
    pub fn begin(&self, doing: Doing) {
        self.is_in_head.store(doing == Doing::Head, Ordering::Relaxed);
        self.is_in_request.store(doing == Doing::Request, Ordering::Relaxed);
    }

    /// None while it is doing something.
    pub fn idle(&self, now: Instant) -> Option<Duration> {
        if self.is_in_head() || self.is_in_request.load(Ordering::Relaxed) {
            return None;
        }
        Some(Duration::from_millis(self.age(now).saturating_sub(self.last.load(Ordering::Relaxed))))
    }

    pub fn is_in_head(&self) -> bool {
        self.is_in_head.load(Ordering::Relaxed)
    }

    pub fn stop(&self) {
        self.must_close.store(true, Ordering::Relaxed);
    }

    pub fn must_close(&self) -> bool {
        self.must_close.load(Ordering::Relaxed)
    }

    /// Until no part of a head is there, or for as long as its rest is waited for at the end. The first head of a new
    /// connection is on its way.
    pub async fn last_head(&self) {
        let ended = async {
            while self.is_in_head() || self.is_new() {
                sleep(STEP).await;
            }
        };
        let _ = timeout(LAST_HEAD, ended).await;
    }

    fn is_new(&self) -> bool {
        self.is_unused.load(Ordering::Relaxed) && self.opened.elapsed() < LAST_HEAD
    }

    fn age(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.opened).as_millis()).unwrap_or(u64::MAX)
    }
}
