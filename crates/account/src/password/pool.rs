//! The hashing pool: as many threads as slots, each with its own reused memory, and a bounded queue before them.
//!
//! Memory is bounded by `slots`, waiting by `queue` and its deadline; who finds no place is told at once.
//! The threads run at a lower priority, so that everything else the server does goes first.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argon2id::Memory;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::PasswordConfig;

/// How much the hashing threads yield to the others (see nice(2)).
const NICENESS: i32 = 10;

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

pub struct Pool {
    queue: Arc<Queue>,
    places: Arc<Semaphore>,
    deadline: Duration,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    is_closed: bool,
}

/// A place in the queue. Dropped unused, it is free again.
pub struct Slot {
    queue: Arc<Queue>,
    place: OwnedSemaphorePermit,
    deadline: Duration,
}

impl Pool {
    pub fn start(config: &PasswordConfig) -> Self {
        let queue = Arc::new(Queue::default());
        for _ in 0..config.slots {
            let (queue, idle_release) = (queue.clone(), config.idle_release);
            std::thread::spawn(move || queue.work(idle_release));
        }
        let places = Arc::new(Semaphore::new(config.slots + config.queue));
        Self { queue, places, deadline: config.queue_deadline }
    }

    /// `None` when every place is taken.
    pub fn reserve(&self) -> Option<Slot> {
        let place = self.places.clone().try_acquire_owned().ok();
        if place.is_none() {
            metrics::counter!("doorstep_password_refused_total").increment(1);
        }
        Some(Slot { queue: self.queue.clone(), place: place?, deadline: self.deadline })
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.lock().is_closed = true;
        self.queue.arrived.notify_all();
    }
}

impl Slot {
    /// Runs the work on a hashing thread. `None` when it did not start before the deadline.
    /// Work whose caller has gone is not started.
    pub async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        let (started, has_started) = oneshot::channel::<()>();
        let place = self.place;
        self.queue.push(Box::new(move |memory| {
            let _place = place;
            if started.send(()).is_ok() {
                let _ = answer.send(work(memory));
            }
        }));
        tokio::time::timeout(self.deadline, has_started).await.ok()?.ok()?;
        answered.await.ok()
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, job: Job) {
        self.lock().jobs.push_back(job);
        self.arrived.notify_one();
    }

    fn work(&self, idle_release: Duration) {
        if let Err(error) = rustix::process::nice(NICENESS) {
            tracing::debug!(%error, "the hashing threads keep the normal priority");
        }
        let mut memory = Memory::new();
        while let Some(job) = self.next(idle_release, &mut memory) {
            // A panic in one job must not cost the pool a thread.
            if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(&mut memory))).is_err() {
                memory = Memory::new();
            }
        }
    }

    /// The next job, or `None` when the pool has closed. Gives the memory back after a quiet while.
    fn next(&self, idle_release: Duration, memory: &mut Memory) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            if state.is_closed {
                return None;
            }
            let (woken, wait) =
                self.arrived.wait_timeout(state, idle_release).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            if wait.timed_out() && state.jobs.is_empty() {
                memory.release();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(slots: usize, queue: usize, deadline: Duration) -> Pool {
        Pool::start(&PasswordConfig {
            min_length: 8,
            max_length: 256,
            memory_kib: 64,
            passes: 1,
            slots,
            queue,
            queue_deadline: deadline,
            idle_release: Duration::from_millis(1),
            breach_ranges: None,
        })
    }

    #[tokio::test]
    async fn whoever_finds_no_place_is_told_at_once() {
        let pool = pool(1, 1, Duration::from_secs(5));
        let (first, second) = (pool.reserve().unwrap(), pool.reserve().unwrap());
        assert!(pool.reserve().is_none());
        assert_eq!(first.run(|_| 1).await, Some(1));
        drop(second);
        assert!(pool.reserve().is_some());
    }

    #[tokio::test]
    async fn work_that_waited_past_the_deadline_is_not_done() {
        let pool = pool(1, 2, Duration::from_millis(50));
        let (release, held) = std::sync::mpsc::channel::<()>();
        let blocker = tokio::spawn(pool.reserve().unwrap().run(move |_| held.recv().is_ok()));
        tokio::time::sleep(Duration::from_millis(20)).await;
        let (did_run, ran) = std::sync::mpsc::channel();
        assert_eq!(pool.reserve().unwrap().run(move |_| did_run.send(()).is_ok()).await, None);
        release.send(()).unwrap();
        assert_eq!(blocker.await.unwrap(), Some(true));
        assert_eq!(pool.reserve().unwrap().run(|_| 3).await, Some(3));
        assert!(ran.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_panic_costs_neither_thread_nor_place() {
        let pool = pool(1, 0, Duration::from_secs(5));
        assert_eq!(pool.reserve().unwrap().run(|_| -> u8 { panic!("on purpose") }).await, None);
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
            assert_eq!(pool.reserve().unwrap().run(|_| 7).await, Some(7));
        }
    }
}
