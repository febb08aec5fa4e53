//! How a verb uses the database: within its deadline, on one of a bounded number of connections, until it closes.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::TryStreamExt;
use futures_util::future::BoxFuture;
use mongodb::bson::{Document, RawDocumentBuf, doc};
use mongodb::options::ReadConcern;
use mongodb::{Client, Collection, Database};
use tokio::sync::{Mutex, OwnedRwLockReadGuard, RwLock, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::certainty::Certainty;
use super::failure::Failure;
use super::orphans;
use super::tx::Tx;
use crate::{Settings, StoreError, StoreResult};

/// Transactions wait in so many lines: few enough to keep, too many for strangers to meet often.
const LANES: usize = 1024;
/// Whoever has lost so often may have lost against a transaction that nobody will end: see [`orphans`].
const STUBBORN: u32 = 10;

#[derive(Clone)]
pub(super) struct Db {
    client: Client,
    database: Database,
    certainty: Certainty,
    timeout: Duration,
    open: Arc<RwLock<bool>>,
    connections: Arc<Semaphore>,
    lanes: Arc<[Mutex<()>]>,
}

/// What a transaction does with what it was asked.
pub(super) type Job<A, T> = for<'a> fn(&'a mut Tx, &'a A) -> BoxFuture<'a, Result<T, Failure>>;

/// What it comes to, whatever it is.
type Outcome = Box<dyn Any + Send>;
/// A job with what it was asked, without its types: what is around it is compiled once for all verbs.
type Work = Box<dyn for<'a> Fn(&'a mut Tx) -> BoxFuture<'a, Result<Outcome, Failure>> + Send + Sync>;

fn erased<A, T>(asked: A, job: Job<A, T>) -> Work
where
    A: Send + Sync + 'static,
    T: Send + 'static,
{
    let asked = Arc::new(asked);
    Box::new(move |tx| {
        let asked = Arc::clone(&asked);
        Box::pin(async move { Ok(Box::new(job(tx, &asked).await?) as Outcome) })
    })
}

impl Db {
    pub fn new(client: Client, database: Database, certainty: Certainty, settings: Settings) -> Self {
        Self {
            client,
            database,
            certainty,
            timeout: settings.timeout,
            open: Arc::new(RwLock::new(true)),
            connections: Arc::new(Semaphore::new(settings.connections.max(1) as usize)),
            lanes: (0..LANES).map(|_| Mutex::new(())).collect(),
        }
    }

    pub fn database(&self) -> &Database {
        &self.database
    }

    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    pub fn collection(&self, name: &str) -> Collection<RawDocumentBuf> {
        self.database.collection(name)
    }

    /// Runs `work` on a connection, or says in time that it cannot.
    pub async fn run<T, W>(&self, work: W) -> StoreResult<T>
    where
        T: Send + 'static,
        W: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        self.run_for(self.timeout, work).await
    }

    /// For work that takes longer on a large shop and that no request waits for.
    pub async fn run_for<T, W>(&self, longest: Duration, work: W) -> StoreResult<T>
    where
        T: Send + 'static,
        W: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        let db = self.clone();
        self.in_time(longest, |deadline| async move {
            let _connection = db.connection(deadline).await?;
            work.await
        })
        .await
    }

    /// The document that the filter names, as it stands after everything that was acknowledged before this call.
    pub async fn find_one(&self, collection: &str, filter: Document) -> StoreResult<Option<RawDocumentBuf>> {
        let (collection, longest) = (self.collection(collection), self.timeout);
        let find = async move {
            let find =
                collection.find_one(filter).read_concern(ReadConcern::linearizable()).max_time(longest);
            Ok(find.await?)
        };
        self.run(find).await
    }

    /// All documents of a filter, in the order of `sort`; at most `limit`, or all when it is 0. Same promise.
    pub async fn find_all(
        &self,
        collection: &str,
        filter: Document,
        sort: Document,
        limit: i64,
    ) -> StoreResult<Vec<RawDocumentBuf>> {
        self.find_with(self.certainty.read_concern(), collection, filter, sort, limit).await
    }

    /// All documents of a filter that a majority has, as far as this primary knows: it may have been deposed a moment ago.
    pub async fn find_hint(&self, collection: &str, filter: Document) -> StoreResult<Vec<RawDocumentBuf>> {
        self.find_with(ReadConcern::majority(), collection, filter, doc! {}, 0).await
    }

    async fn find_with(
        &self,
        concern: ReadConcern,
        collection: &str,
        filter: Document,
        sort: Document,
        limit: i64,
    ) -> StoreResult<Vec<RawDocumentBuf>> {
        let (collection, longest) = (self.collection(collection), self.timeout);
        let find = async move {
            let find = collection.find(filter).sort(sort).limit(limit).read_concern(concern);
            Ok(find.max_time(longest).await?.try_collect().await?)
        };
        self.run(find).await
    }

    /// Carries out a transaction, in line with those of this node that have the same `lane`: many callers on one customer
    /// would only throw each other out. When it loses against another node's it is tried again.
    pub async fn write<A, T>(&self, lane: &[u8], asked: A, job: Job<A, T>) -> StoreResult<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        self.write_for(self.timeout, lane, asked, job).await
    }

    /// For a write that no request waits for: it outlasts a transaction that a killed process left in its way.
    pub async fn write_patiently<A, T>(&self, lane: &[u8], asked: A, job: Job<A, T>) -> StoreResult<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        self.write_for(self.age_of_orphans() + 3 * self.timeout, lane, asked, job).await
    }

    async fn write_for<A, T>(
        &self,
        longest: Duration,
        lane: &[u8],
        asked: A,
        job: Job<A, T>,
    ) -> StoreResult<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        let outcome = self.carry_out(longest, lane_of(lane), erased(asked, job)).await?;
        let typed = outcome.downcast().map(|outcome| *outcome);
        typed.map_err(|_| StoreError::Corrupt("a write job came to something else".to_owned()))
    }

    async fn carry_out(&self, longest: Duration, lane: usize, work: Work) -> StoreResult<Outcome> {
        let db = self.clone();
        self.in_time(longest, move |deadline| async move {
            let _turn = timeout_at(deadline, db.lanes[lane].lock()).await.map_err(|_| late())?;
            let mut attempts = 0;
            loop {
                let done = db.try_write(&work, deadline).await;
                let pause = pause_after(attempts);
                if !done.as_ref().is_err_and(Failure::is_passing) || Instant::now() + pause >= deadline {
                    return done;
                }
                if attempts % STUBBORN == STUBBORN - 1 {
                    orphans::end(&db.client, db.age_of_orphans()).await;
                }
                tokio::time::sleep(pause).await;
                attempts += 1;
            }
        })
        .await
    }

    /// No verb's transaction becomes so old: whoever began it is gone.
    fn age_of_orphans(&self) -> Duration {
        2 * self.timeout + Duration::from_secs(1)
    }

    async fn try_write(&self, work: &Work, deadline: Instant) -> Result<Outcome, Failure> {
        let _connection = self.connection(deadline).await?;
        let mut tx = Tx::begin(&self.client, &self.database).await?;
        match work(&mut tx).await {
            Ok(done) => tx.commit(deadline).await.map(|()| done),
            Err(failure) => {
                tx.abort().await;
                Err(failure)
            }
        }
    }

    /// The driver's futures must not be dropped half-way, so the work is a task of its own and only the answer has a
    /// deadline. A link that swallows everything would keep that task: after twice the time it is dropped all the same,
    /// and the driver throws the connection away.
    async fn in_time<T, W>(&self, longest: Duration, work: impl FnOnce(Instant) -> W) -> StoreResult<T>
    where
        T: Send + 'static,
        W: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        let deadline = Instant::now() + longest;
        let open = timeout_at(deadline, Arc::clone(&self.open).read_owned()).await.map_err(|_| late())?;
        if !*open {
            return Err(closed());
        }
        let work = work(deadline);
        let task = tokio::spawn(finish(work, open, deadline + self.timeout));
        match timeout_at(deadline, task).await {
            Ok(Ok(done)) => Ok(done?),
            Ok(Err(_)) => Err(StoreError::Unavailable("a verb broke down".to_owned())),
            Err(_) => Err(late()),
        }
    }

    async fn connection(&self, deadline: Instant) -> Result<tokio::sync::OwnedSemaphorePermit, Failure> {
        match timeout_at(deadline, Arc::clone(&self.connections).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(closed().into()),
            Err(_) => Err(late().into()),
        }
    }

    /// Work under way holds the lock for reading, so that this waits for it.
    pub async fn close(&self) {
        let mut open = self.open.write().await;
        if std::mem::take(&mut *open) {
            self.client.clone().shutdown().immediate(true).await;
        }
    }
}

async fn finish<T>(
    work: impl Future<Output = Result<T, Failure>>,
    _open: OwnedRwLockReadGuard<bool>,
    at_last: Instant,
) -> Result<T, Failure> {
    timeout_at(at_last, work).await.unwrap_or_else(|_| Err(late().into()))
}

fn late() -> StoreError {
    StoreError::Unavailable("it did not answer in time".to_owned())
}

fn closed() -> StoreError {
    StoreError::Unavailable("the database was closed".to_owned())
}

fn lane_of(key: &[u8]) -> usize {
    let sum = key.iter().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    sum % LANES
}

/// Longer from time to time, and never the same for two that met. Nothing secret hangs on it, so that a scrambled
/// counter (the finaliser of splitmix64) does for chance.
fn pause_after(attempts: u32) -> Duration {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed) ^ (u64::from(std::process::id()) << 32);
    let mut mixed = call.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let most = 1000_u64 << attempts.min(6);
    Duration::from_micros(most / 2 + (mixed ^ (mixed >> 31)) % (most / 2))
}
