//! Look-ups that go together: whatever is asked while a query is under way is asked by the next one, all at once.
//!
//! It is no cache. A look-up's query starts after the look-up was asked, so it sees every change that was acknowledged
//! before. A server that answers one question in the time of another thus answers fifty, and nobody waits for a clock:
//! alone, a look-up is a query of its own at once.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use crate::{StoreError, StoreResult};

/// So many look-ups at most share a query, so that the first of them does not wait for too many others.
pub(crate) const MOST: usize = 64;

/// Who waits for the value of a key.
type Caller<V> = oneshot::Sender<StoreResult<Option<V>>>;

/// The keys of a query, and who waits for each.
type Batch<K, V> = HashMap<K, Vec<Caller<V>>>;

/// Finds the values of up to [`MOST`] different keys; a key without a value is left out.
pub(crate) type Ask<K, V> = Box<dyn Fn(Vec<K>) -> BoxFuture<'static, StoreResult<Vec<(K, V)>>> + Send + Sync>;

pub(crate) struct Coalescer<K, V> {
    shared: Arc<Shared<K, V>>,
    patience: Duration,
}

struct Shared<K, V> {
    ask: Ask<K, V>,
    lanes: usize,
    state: Mutex<State<K, V>>,
}

struct State<K, V> {
    waiting: VecDeque<(K, Caller<V>)>,
    /// Queries under way.
    running: usize,
}

impl<K, V> Coalescer<K, V>
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// At most `lanes` queries at once.
    pub fn new(lanes: usize, ask: Ask<K, V>) -> Self {
        let state = Mutex::new(State { waiting: VecDeque::new(), running: 0 });
        Self { shared: Arc::new(Shared { ask, lanes, state }), patience: Duration::MAX }
    }

    /// A look-up gives up after so long, also while it waits for its query: behind a dead link that may be many queries.
    pub fn within(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The value of `key` as it stands after this call.
    pub async fn find(&self, key: K) -> StoreResult<Option<V>> {
        let (caller, answer) = oneshot::channel();
        let starts = {
            let mut state = self.shared.state();
            state.waiting.push_back((key, caller));
            let starts = state.running < self.shared.lanes;
            state.running += usize::from(starts);
            starts
        };
        if starts {
            // On a task of its own: the caller may go, and others wait for this query.
            tokio::spawn(run(Running { shared: Arc::clone(&self.shared), is_over: false }));
        }
        match tokio::time::timeout(self.patience, answer).await {
            Ok(Ok(found)) => found,
            Ok(Err(_)) => Err(StoreError::Unavailable("a look-up was broken off".to_owned())),
            Err(_) => Err(StoreError::Unavailable("a look-up was not answered in time".to_owned())),
        }
    }
}

impl<K, V> Shared<K, V> {
    fn state(&self) -> MutexGuard<'_, State<K, V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lane in use.
struct Running<K, V> {
    shared: Arc<Shared<K, V>>,
    /// It ended because nobody waited.
    is_over: bool,
}

impl<K, V> Drop for Running<K, V> {
    /// Its task was broken off: who waits is told so, for nobody may come any more who would start another one.
    fn drop(&mut self) {
        if !self.is_over {
            let mut state = self.shared.state();
            state.running -= 1;
            state.waiting.clear();
        }
    }
}

/// Asks until nobody waits.
async fn run<K, V>(mut lane: Running<K, V>)
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    loop {
        let batch = next_batch(&mut lane.shared.state().waiting);
        if !batch.is_empty() {
            answer(&lane.shared.ask, batch).await;
        }
        let mut state = lane.shared.state();
        if state.waiting.is_empty() {
            // Under the same lock as the look at the queue: the next caller starts a lane or is seen by this one.
            state.running -= 1;
            drop(state);
            lane.is_over = true;
            return;
        }
    }
}

/// One record that cannot be read fails its whole query. The halves are then asked on their own, until only its own
/// callers are told so.
async fn answer<K, V>(ask: &Ask<K, V>, batch: Batch<K, V>)
where
    K: Copy + Eq + Hash,
    V: Clone,
{
    let mut parts = vec![batch];
    while let Some(mut part) = parts.pop() {
        let found = ask(part.keys().copied().collect()).await;
        if part.len() > 1 && matches!(found, Err(StoreError::Corrupt(_))) {
            let half: Vec<K> = part.keys().copied().take(part.len() / 2).collect();
            parts.push(half.iter().filter_map(|key| part.remove_entry(key)).collect());
            parts.push(part);
        } else {
            tell(part, found);
        }
    }
}

/// The callers who have waited longest, those with the same key together.
fn next_batch<K: Copy + Eq + Hash, V>(waiting: &mut VecDeque<(K, Caller<V>)>) -> Batch<K, V> {
    let mut batch: Batch<K, V> = HashMap::new();
    while let Some((key, caller)) = waiting.pop_front() {
        if caller.is_closed() {
            continue;
        }
        if batch.len() == MOST && !batch.contains_key(&key) {
            waiting.push_front((key, caller));
            break;
        }
        batch.entry(key).or_default().push(caller);
    }
    batch
}

/// Nobody needs to be there any more: whoever has gone does not need the answer.
fn tell<K: Eq + Hash, V: Clone>(mut batch: Batch<K, V>, found: StoreResult<Vec<(K, V)>>) {
    let missing = match found {
        Ok(found) => {
            for (key, value) in found {
                for caller in batch.remove(&key).unwrap_or_default() {
                    let _ = caller.send(Ok(Some(value.clone())));
                }
            }
            Ok(None)
        }
        Err(error) => Err(error),
    };
    for caller in batch.into_values().flatten() {
        let _ = caller.send(missing.clone());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    /// How many keys each query had.
    type Asked = Arc<Mutex<Vec<usize>>>;

    /// Records of these keys cannot be read.
    const UNREADABLE: [u32; 2] = [888, 889];

    /// Knows even numbers, says how it was asked, and takes its time.
    fn evens(lanes: usize) -> (Arc<Coalescer<u32, String>>, Asked) {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let ask: Ask<u32, String> = Box::new(move |keys| {
            log.lock().unwrap().push(keys.len());
            Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                if keys.contains(&666) {
                    return Err(StoreError::Unavailable("down".to_owned()));
                }
                assert!(!keys.contains(&777), "this one panics");
                if keys.iter().any(|key| UNREADABLE.contains(key)) {
                    return Err(StoreError::Corrupt("unreadable".to_owned()));
                }
                Ok(keys.into_iter().filter(|key| key % 2 == 0).map(|key| (key, key.to_string())).collect())
            })
        });
        (Arc::new(Coalescer::new(lanes, ask)), asked)
    }

    async fn find_all(
        evens: &Arc<Coalescer<u32, String>>,
        keys: Vec<u32>,
    ) -> Vec<StoreResult<Option<String>>> {
        let asking: Vec<_> = keys
            .into_iter()
            .map(|key| (Arc::clone(evens), key))
            .map(|(evens, key)| tokio::spawn(async move { evens.find(key).await }))
            .collect();
        let mut found = Vec::new();
        for answer in asking {
            found.push(answer.await.unwrap());
        }
        found
    }

    #[tokio::test]
    async fn what_is_asked_during_a_query_goes_with_the_next_one() {
        let (evens, asked) = evens(1);
        let keys: Vec<u32> = (0..50).chain(0..50).collect();
        for (key, found) in keys.iter().zip(find_all(&evens, keys.clone()).await) {
            assert_eq!(found.unwrap(), (key % 2 == 0).then(|| key.to_string()));
        }
        let asked = asked.lock().unwrap();
        assert!(asked.len() <= 3 && asked.iter().all(|keys| *keys <= 50), "{asked:?}");
    }

    #[tokio::test]
    async fn a_query_has_a_greatest_size() {
        let (evens, asked) = evens(1);
        assert_eq!(find_all(&evens, (0..200).collect()).await.len(), 200);
        assert!(asked.lock().unwrap().iter().all(|keys| *keys <= MOST));
    }

    #[tokio::test]
    async fn no_lane_asks_for_nothing_when_another_took_its_callers() {
        let (evens, asked) = evens(2);
        // Both start a lane before either lane runs, and the first one takes both.
        let found = tokio::join!(evens.find(2), evens.find(4));
        assert_eq!(found.0.unwrap().as_deref(), Some("2"));
        assert_eq!(found.1.unwrap().as_deref(), Some("4"));
        assert_eq!(*asked.lock().unwrap(), [2]);
    }

    #[tokio::test]
    async fn a_query_starts_after_every_look_up_that_it_answers() {
        let value = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&value);
        let ask: Ask<u8, usize> = Box::new(move |keys| {
            let now = seen.load(Ordering::SeqCst);
            Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(5)).await;
                Ok(keys.into_iter().map(|key| (key, now)).collect())
            })
        });
        let coalescer = Arc::new(Coalescer::new(2, ask));
        for written in 1..20 {
            let busy =
                (0..3).map(|_| Arc::clone(&coalescer)).map(|c| tokio::spawn(async move { c.find(1).await }));
            let busy: Vec<_> = busy.collect();
            tokio::task::yield_now().await;
            value.store(written, Ordering::SeqCst);
            assert_eq!(coalescer.find(1).await.unwrap(), Some(written));
            for caller in busy {
                caller.await.unwrap().unwrap();
            }
        }
    }

    #[tokio::test]
    async fn a_failure_is_told_to_all_who_shared_it_and_to_nobody_else() {
        let (evens, _) = evens(1);
        assert!(find_all(&evens, vec![666, 666]).await.iter().all(Result::is_err));
        assert_eq!(evens.find(4).await.unwrap(), Some("4".to_owned()));
    }

    #[tokio::test]
    async fn an_unreadable_record_is_told_to_its_own_callers_only() {
        let (evens, asked) = evens(1);
        let keys: Vec<u32> = (0..50).chain(UNREADABLE).chain(UNREADABLE).collect();
        for (key, found) in keys.iter().zip(find_all(&evens, keys.clone()).await) {
            match found {
                Err(StoreError::Corrupt(_)) => assert!(UNREADABLE.contains(key), "{key}"),
                found => assert_eq!(found.unwrap(), (key % 2 == 0).then(|| key.to_string())),
            }
        }
        assert!(asked.lock().unwrap().len() < 30, "by halves, not one by one");
    }

    #[tokio::test]
    async fn nobody_waits_longer_than_the_patience_whoever_is_before_them() {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let ask: Ask<u32, u32> = Box::new(move |keys| {
            count.fetch_add(keys.len(), Ordering::SeqCst);
            Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(300)).await;
                Ok(keys.into_iter().map(|key| (key, key)).collect())
            })
        });
        let slow = Arc::new(Coalescer::new(1, ask).within(Duration::from_millis(500)));
        let asking: Vec<_> = (0..1000)
            .map(|key| (Arc::clone(&slow), key))
            .map(|(slow, key)| tokio::spawn(async move { slow.find(key).await }))
            .collect();
        let began = tokio::time::Instant::now();
        for answer in asking {
            let _ = answer.await.unwrap();
        }
        assert!(began.elapsed() < Duration::from_millis(2500), "{:?}", began.elapsed());
        // Behind those who have gone nobody waits either.
        tokio::time::sleep(Duration::from_millis(750)).await;
        assert_eq!(slow.find(7).await.unwrap(), Some(7));
        assert!(asked.load(Ordering::SeqCst) < 500, "who has gone is not asked for");
    }

    #[tokio::test]
    async fn a_query_that_panics_leaves_no_lane_shut() {
        let (evens, _) = evens(1);
        assert!(find_all(&evens, vec![777, 777]).await.iter().all(Result::is_err));
        assert_eq!(evens.find(4).await.unwrap(), Some("4".to_owned()));
    }
}
