//! The hashing pool: as many threads as slots, each with its own reused memory, and a bounded queue before them.
//!
//! Memory is bounded by `slots`, waiting by `queue` and its deadline; [`turns`](super::turns) says who is next and who finds no
//! place. The threads run at a lower priority, so that everything else the server does goes first.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argon2id::Memory;
use doorstep_web::limits::Receipt;
use doorstep_web::{Counted, Gone};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::PasswordConfig;
use super::origin::Origin;
use super::sent_away::SentAway;
use super::turns::Turns;

/// How much the hashing threads yield to the others (see nice(2)).
const NICENESS: i32 = 10;

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

pub struct Pool {
    queue: Arc<Queue>,
    deadline: Duration,
}

struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
    /// Of those that wait and those that are worked on, together.
    places: usize,
}

#[derive(Default)]
struct State {
    turns: Turns<Job>,
    sent_away: SentAway,
    running: usize,
    last_id: u64,
    is_closed: bool,
}

/// So long waits whoever goes on asking where there is no room.
const HASTE: Duration = Duration::from_millis(500);

/// Who wants work done. What was counted for it is used up when the work begins, and not before.
pub struct Asker {
    origin: Origin,
    gone: Gone,
    counted: Arc<Receipt>,
}

impl Asker {
    pub fn new(origin: Origin, gone: Gone, counted: &Counted) -> Self {
        Self { origin, gone, counted: counted.receipt() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    Some,
    None,
    /// And none for those from there who asked before.
    NoneAgain,
}

/// Why work was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDone {
    /// No place, or it had to be left to somebody who asks less.
    Busy,
    /// It did not begin before the deadline.
    Late,
    /// The client went before it began.
    Gone,
    /// It began and broke down.
    Broken,
}

impl NotDone {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Late => "late",
            Self::Gone => "gone",
            Self::Broken => "broken",
        }
    }
}

/// Work that waits. Dropped, it is taken out of the queue.
struct Place {
    queue: Arc<Queue>,
    origin: Origin,
    id: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        let removed = self.queue.lock().turns.remove(self.origin, self.id);
        // Outside the lock: what it holds may have work of its own to do when it goes.
        drop(removed);
    }
}

impl Pool {
    pub fn start(config: &PasswordConfig) -> Self {
        let places = config.slots + config.queue;
        let queue = Arc::new(Queue { state: Mutex::default(), arrived: Condvar::new(), places });
        for _ in 0..config.slots {
            let (queue, idle_release) = (queue.clone(), config.idle_release);
            std::thread::spawn(move || queue.work(idle_release));
        }
        Self { queue, deadline: config.queue_deadline }
    }

    /// Whether somebody from there finds a place: said at once, but later to whoever was told that there is none and goes on asking.
    pub async fn has_room(&self, origin: Origin) -> bool {
        let mut room = self.look(origin);
        if room == Room::NoneAgain {
            tokio::time::sleep(HASTE).await;
            room = self.look(origin);
        }
        if room != Room::Some {
            refused(NotDone::Busy);
        }
        room == Room::Some
    }

    fn look(&self, origin: Origin) -> Room {
        let mut state = self.queue.lock();
        if !self.queue.is_full(&state) || state.turns.victim(origin).is_some() {
            return Room::Some;
        }
        if state.sent_away.note(origin) { Room::NoneAgain } else { Room::None }
    }

    /// Runs the work on a hashing thread, when its turn has come. Once begun it ends, also when the client has gone.
    pub async fn run<T: Send + 'static>(
        &self,
        asker: Asker,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, NotDone> {
        let done = self.try_run(asker, work).await;
        if let Err(why) = done {
            refused(why);
        }
        done
    }

    async fn try_run<T: Send + 'static>(
        &self,
        asker: Asker,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, NotDone> {
        let Asker { origin, gone, counted } = asker;
        let (answer, answered) = oneshot::channel();
        let (started, mut has_started) = oneshot::channel::<()>();
        let job: Job = Box::new(move |memory| {
            if started.send(()).is_ok() {
                counted.use_up();
                let _ = answer.send(work(memory));
            }
        });
        let place = Queue::push(&self.queue, origin, job).ok_or(NotDone::Busy)?;
        let given_up = tokio::select! {
            biased;
            begun = &mut has_started => begun.map_or(Some(NotDone::Busy), |()| None),
            () = gone.wait() => Some(NotDone::Gone),
            () = tokio::time::sleep(self.deadline) => Some(NotDone::Late),
        };
        if let Some(why) = given_up {
            drop(place);
            has_started.close();
            // It may have begun while this gave up.
            if has_started.try_recv().is_err() {
                return Err(why);
            }
        }
        answered.await.map_err(|_| NotDone::Broken)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.lock().is_closed = true;
        self.queue.arrived.notify_all();
    }
}

fn refused(why: NotDone) {
    metrics::counter!("doorstep_password_refused_total", "why" => why.as_str()).increment(1);
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_full(&self, state: &State) -> bool {
        state.turns.waiting() + state.running >= self.places
    }

    /// `None` when every place is taken and nobody has to leave one.
    fn push(queue: &Arc<Self>, origin: Origin, job: Job) -> Option<Place> {
        let mut state = queue.lock();
        let mut left = None;
        if queue.is_full(&state) {
            let victim = state.turns.victim(origin)?;
            left = state.turns.remove_newest(victim);
        }
        state.last_id += 1;
        let id = state.last_id;
        state.turns.push(origin, id, job);
        drop(state);
        drop(left);
        queue.arrived.notify_one();
        Some(Place { queue: queue.clone(), origin, id })
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
            self.lock().running -= 1;
        }
    }

    /// The next job, or `None` when the pool has closed. Gives the memory back after a quiet while.
    fn next(&self, idle_release: Duration, memory: &mut Memory) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.turns.pop(Instant::now()) {
                state.running += 1;
                return Some(job);
            }
            if state.is_closed {
                return None;
            }
            let (woken, wait) =
                self.arrived.wait_timeout(state, idle_release).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            if wait.timed_out() && state.turns.waiting() == 0 {
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
            breached_file: None,
        })
    }

    const LONG: Duration = Duration::from_secs(30);

    fn has_room(pool: &Pool, origin: Origin) -> bool {
        pool.look(origin) == Room::Some
    }

    fn from(network: &str) -> Asker {
        Asker::new(Origin::of(network, None), Gone::never(), &Counted::exempt())
    }

    /// Takes the only slot until it is released.
    async fn held(
        pool: &Arc<Pool>,
    ) -> (std::sync::mpsc::Sender<()>, tokio::task::JoinHandle<Result<bool, NotDone>>) {
        let (release, held) = std::sync::mpsc::channel::<()>();
        let (begun, has_begun) = oneshot::channel();
        let holder = pool.clone();
        let task = tokio::spawn(async move {
            let hold = move |_: &mut Memory| begun.send(()).is_ok() && held.recv().is_ok();
            holder.run(from("203.0.113.1"), hold).await
        });
        has_begun.await.unwrap();
        (release, task)
    }

    /// Waits in the queue from there; the answer is the place in which it was served.
    async fn waits(
        pool: &Arc<Pool>,
        network: &'static str,
        served: &Arc<Mutex<Vec<&'static str>>>,
    ) -> tokio::task::JoinHandle<Result<(), NotDone>> {
        let before = pool.queue.lock().last_id;
        let (waiter, served) = (pool.clone(), served.clone());
        let task = tokio::spawn(async move {
            waiter.run(from(network), move |_| served.lock().unwrap().push(network)).await
        });
        while pool.queue.lock().last_id == before && !task.is_finished() {
            tokio::task::yield_now().await;
        }
        task
    }

    #[tokio::test]
    async fn whoever_finds_no_place_is_told_at_once() {
        let pool = Arc::new(pool(1, 1, LONG));
        let served = Arc::default();
        let (release, holder) = held(&pool).await;
        let second = waits(&pool, "203.0.113.1", &served).await;
        assert!(!has_room(&pool, Origin::of("203.0.113.1", None)));
        assert_eq!(pool.run(from("203.0.113.1"), |_| ()).await, Err(NotDone::Busy));
        release.send(()).unwrap();
        assert_eq!((holder.await.unwrap(), second.await.unwrap()), (Ok(true), Ok(())));
        assert!(has_room(&pool, Origin::of("203.0.113.1", None)));
    }

    #[tokio::test]
    async fn a_flood_from_one_network_neither_delays_nor_refuses_another() {
        let pool = Arc::new(pool(1, 4, LONG));
        let served = Arc::default();
        let (release, holder) = held(&pool).await;
        let mut flood = Vec::new();
        for _ in 0..6 {
            flood.push(waits(&pool, "203.0.113.1", &served).await);
        }
        assert!(
            !has_room(&pool, Origin::of("203.0.113.1", None))
                && has_room(&pool, Origin::of("192.0.2.1", None))
        );
        let honest = waits(&pool, "192.0.2.1", &served).await;
        release.send(()).unwrap();
        assert_eq!(honest.await.unwrap(), Ok(()));
        holder.await.unwrap().unwrap();
        let mut refused = 0;
        for one in flood {
            refused += usize::from(one.await.unwrap() == Err(NotDone::Busy));
        }
        assert_eq!(refused, 3, "two found no place, one had to leave it");
        assert_eq!(*served.lock().unwrap(), ["192.0.2.1", "203.0.113.1", "203.0.113.1", "203.0.113.1"]);
    }

    #[tokio::test]
    async fn work_that_waited_past_the_deadline_is_not_done() {
        let pool = Arc::new(pool(1, 2, Duration::from_millis(50)));
        let (release, holder) = held(&pool).await;
        let (did_run, ran) = std::sync::mpsc::channel();
        let late = pool.run(from("192.0.2.1"), move |_| did_run.send(()).is_ok()).await;
        assert_eq!(late, Err(NotDone::Late));
        release.send(()).unwrap();
        assert_eq!(holder.await.unwrap(), Ok(true));
        assert!(ran.recv().is_err(), "it was dropped, not done");
        assert_eq!(pool.queue.lock().turns.waiting(), 0);
    }

    #[tokio::test]
    async fn whoever_has_gone_leaves_the_queue_but_not_the_slot() {
        let pool = Arc::new(pool(1, 1, LONG));
        let (release, holder) = held(&pool).await;
        let (client, gone) = Gone::watch();
        let waiter = pool.clone();
        let asker = Asker::new(Origin::of("192.0.2.1", None), gone, &Counted::exempt());
        let waiting = tokio::spawn(async move { waiter.run(asker, |_| ()).await });
        while pool.queue.lock().turns.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        drop(client);
        assert_eq!(waiting.await.unwrap(), Err(NotDone::Gone));
        assert!(
            has_room(&pool, Origin::of("192.0.2.1", None)),
            "its place is free while the slot is still held"
        );
        release.send(()).unwrap();
        assert_eq!(holder.await.unwrap(), Ok(true));
        let (client, gone) = Gone::watch();
        let asker = Asker::new(Origin::of("192.0.2.1", None), gone, &Counted::exempt());
        let hang_up = move |_: &mut Memory| drop(client);
        assert_eq!(pool.run(asker, hang_up).await, Ok(()), "what has begun ends");
    }

    #[tokio::test]
    async fn a_panic_costs_neither_thread_nor_place() {
        let pool = Arc::new(pool(1, 0, LONG));
        let broken = pool.run(from("192.0.2.1"), |_| -> u8 { panic!("on purpose") }).await;
        assert_eq!(broken, Err(NotDone::Broken));
        for _ in 0..3 {
            while !has_room(&pool, Origin::of("192.0.2.1", None)) {
                tokio::task::yield_now().await;
            }
            assert_eq!(pool.run(from("192.0.2.1"), |_| 7).await, Ok(7));
        }
    }
}
