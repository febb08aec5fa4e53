//! The one writer: groups, failures and recoveries.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use super::{TempDir, open, outside};
use crate::engine::sql::SqlStore;
use crate::engine::sql::rows::number;
use crate::engine::sql::value::values;
use crate::{Maintenance, StoreError, StoreResult};

/// What a job does after it wrote its number.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Succeed,
    Fail,
    Discard,
    Panic,
    /// Writes the same number again.
    Collide,
}

async fn fresh() -> (Arc<SqlStore>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    run(&store, "CREATE TABLE numbers (number INTEGER NOT NULL PRIMARY KEY)").await.unwrap();
    (Arc::new(store), folder)
}

async fn run(store: &SqlStore, sql: &'static str) -> StoreResult<u64> {
    store.db.write(sql, |tx, sql| Box::pin(async move { tx.execute(sql, &[]).await })).await
}

async fn write(store: &SqlStore, written: i64, then: Then) -> StoreResult<i64> {
    let job = store.db.write((written, then), |tx, (written, then)| {
        Box::pin(async move {
            tx.execute("INSERT INTO numbers VALUES (?)", values![written]).await?;
            match then {
                Then::Succeed => {}
                Then::Fail => return Err(StoreError::Corrupt(format!("failed {written}"))),
                Then::Discard => tx.discard(),
                Then::Panic => panic!("on purpose"),
                Then::Collide => {
                    tx.execute("INSERT INTO numbers VALUES (?)", values![written]).await?;
                }
            }
            Ok(*written)
        })
    });
    job.await
}

async fn numbers(store: &SqlStore) -> Vec<i64> {
    store.db.all("SELECT number FROM numbers ORDER BY number", &[], number).await.unwrap()
}

/// Lets every spawned task come to where it waits. The runtime has one thread and looks at a few dozen tasks
/// before it comes back.
async fn settled() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

/// Keeps the writer busy until the sender goes.
async fn occupied(store: &Arc<SqlStore>) -> mpsc::Sender<()> {
    let (begun, beginning) = mpsc::channel();
    let (gate, opening) = mpsc::channel::<()>();
    let (store, opening) = (Arc::clone(store), Mutex::new((begun, opening)));
    tokio::spawn(async move {
        let job = store.db.write(opening, |_, opening| {
            Box::pin(async move {
                let opening = opening.lock().unwrap();
                opening.0.send(()).unwrap();
                // An error says that the sender has gone, which opens the gate too.
                let _ = opening.1.recv();
                Ok(())
            })
        });
        job.await.unwrap();
    });
    settled().await;
    beginning.recv().unwrap();
    gate
}

/// The outcomes of jobs that share a commit.
async fn as_one_group<T: Send + 'static>(
    store: &Arc<SqlStore>,
    jobs: Vec<impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let gate = occupied(store).await;
    let waiting: Vec<_> = jobs.into_iter().map(tokio::spawn).collect();
    settled().await;
    drop(gate);
    let mut outcomes = Vec::new();
    for job in waiting {
        outcomes.push(job.await.unwrap());
    }
    outcomes
}

#[tokio::test]
async fn jobs_of_one_group_get_their_own_outcomes_and_keep_their_own_writes() {
    let (store, _folder) = fresh().await;
    let kinds = [Then::Succeed, Then::Fail, Then::Succeed, Then::Discard, Then::Panic, Then::Collide];
    let jobs = (0..120).map(|number: i64| {
        let (store, then) = (Arc::clone(&store), kinds[usize::try_from(number).unwrap() % kinds.len()]);
        async move { (number, then, write(&store, number, then).await) }
    });
    let mut kept = Vec::new();
    for (number, then, outcome) in as_one_group(&store, jobs.collect()).await {
        match (then, outcome) {
            (Then::Succeed, Ok(written)) => {
                assert_eq!(written, number);
                kept.push(number);
            }
            (Then::Discard, Ok(written)) => assert_eq!(written, number),
            (Then::Fail, Err(StoreError::Corrupt(why))) => assert_eq!(why, format!("failed {number}")),
            (Then::Panic | Then::Collide, Err(StoreError::Corrupt(_))) => {}
            (_, other) => panic!("{number}: {other:?}"),
        }
    }
    kept.sort_unstable();
    assert_eq!(numbers(&store).await, kept);
}

#[tokio::test]
async fn a_commit_that_fails_tells_the_whole_group_and_leaves_nothing() {
    let (store, _folder) = fresh().await;
    run(&store, "CREATE TABLE parents (id INTEGER PRIMARY KEY)").await.unwrap();
    let child = "CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED)";
    run(&store, child).await.unwrap();
    // A deferred constraint is looked at by the commit only.
    let orphan = {
        let store = Arc::clone(&store);
        async move { run(&store, "INSERT INTO children VALUES (1)").await.map(|_| 0) }
    };
    let mut jobs: Vec<futures_util::future::BoxFuture<'static, StoreResult<i64>>> = vec![Box::pin(orphan)];
    for number in 0..10 {
        let store = Arc::clone(&store);
        jobs.push(Box::pin(async move { write(&store, number, Then::Succeed).await }));
    }
    for outcome in as_one_group(&store, jobs).await {
        assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    }
    assert_eq!(numbers(&store).await, [0; 0]);
    assert_eq!(write(&store, 7, Then::Succeed).await.unwrap(), 7);
    assert_eq!(numbers(&store).await, [7]);
}

#[tokio::test]
async fn a_full_disk_is_unavailable_and_heals() {
    let (store, _folder) = fresh().await;
    let limit = |pages: &'static str| {
        let store = Arc::clone(&store);
        async move {
            let job =
                store.db.write(pages, |tx, pages| Box::pin(async move { tx.one(pages, &[], number).await }));
            job.await.unwrap()
        }
    };
    limit("PRAGMA max_page_count = 10").await;
    let fill = "INSERT INTO numbers WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) \
                SELECT i FROM n";
    for _ in 0..3 {
        let outcome = run(&store, fill).await;
        assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
        assert_eq!(numbers(&store).await, [0; 0]);
    }
    limit("PRAGMA max_page_count = 100000").await;
    assert_eq!(run(&store, fill).await.unwrap(), 50_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_waits_for_another_process_that_is_writing() {
    let (store, folder) = fresh().await;
    let other = outside(&folder);
    other.execute_batch("BEGIN IMMEDIATE; INSERT INTO numbers VALUES (1)").unwrap();
    let waiting = tokio::spawn(async move { (write(&store, 2, Then::Succeed).await, numbers(&store).await) });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    other.execute_batch("COMMIT").unwrap();
    let (outcome, stand) = waiting.await.unwrap();
    assert_eq!((outcome.unwrap(), stand), (2, vec![1, 2]));
}

#[tokio::test]
async fn a_write_gives_up_on_a_lock_that_stays_and_heals_when_it_goes() {
    let (store, folder) = fresh().await;
    let other = outside(&folder);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let outcome = write(&store, 1, Then::Succeed).await;
    assert!(
        matches!(&outcome, Err(StoreError::Unavailable(why)) if why.contains("database is locked. Another program")),
        "{outcome:?}"
    );
    store.ping().await.unwrap();
    assert_eq!(numbers(&store).await, [0; 0], "readers do not wait");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(write(&store, 1, Then::Succeed).await.unwrap(), 1);
}

#[tokio::test]
async fn a_caller_that_has_gone_does_not_disturb_the_group() {
    let (store, _folder) = fresh().await;
    let gate = occupied(&store).await;
    let callers: Vec<_> = (0..40)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { write(&store, number, Then::Succeed).await.unwrap() })
        })
        .collect();
    settled().await;
    callers.iter().step_by(2).for_each(tokio::task::JoinHandle::abort);
    settled().await;
    drop(gate);
    let mut told = Vec::new();
    for caller in callers {
        told.extend(caller.await.ok());
    }
    let odd: Vec<i64> = (0..40).filter(|number| number % 2 == 1).collect();
    assert_eq!(told, odd);
    assert_eq!(numbers(&store).await, odd, "a write that nobody waits for is not begun");
}

#[tokio::test]
async fn closing_carries_out_what_was_queued() {
    let (store, folder) = fresh().await;
    let gate = occupied(&store).await;
    let writes: Vec<_> = (0..300)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { write(&store, number, Then::Succeed).await.unwrap() })
        })
        .collect();
    settled().await;
    let closing = tokio::spawn(async move { store.close().await });
    settled().await;
    drop(gate);
    closing.await.unwrap();
    for write in writes {
        write.await.unwrap();
    }
    let stand: i64 =
        outside(&folder).query_row("SELECT count(*) FROM numbers", [], |row| row.get(0)).unwrap();
    assert_eq!(stand, 300);
}

#[tokio::test]
async fn a_statement_after_a_rollback_by_sqlite_does_not_commit_alone() {
    let (store, _folder) = fresh().await;
    let job = store.db.write((), |tx, ()| {
        Box::pin(async move {
            tx.execute("INSERT INTO numbers VALUES (1)", &[]).await?;
            // As a full disk does it: the whole transaction is gone, and the job goes on.
            assert!(tx.execute("INSERT OR ROLLBACK INTO numbers VALUES (1)", &[]).await.is_err());
            tx.execute("INSERT INTO numbers VALUES (2)", &[]).await
        })
    });
    assert!(matches!(job.await, Err(StoreError::Unavailable(_))));
    assert_eq!(numbers(&store).await, [0; 0]);
    assert_eq!(write(&store, 3, Then::Succeed).await.unwrap(), 3);
}
