//! Writes: one transaction each, carried out again when the server asks for it.
//!
//! READ COMMITTED is enough on every server: a verb's decision is made by the statement that writes, or under the lock
//! of the row that it rests on, so that nothing depends on a state that was read earlier.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::super::db::{self, Defined, Read};
use super::super::value::Value;
use super::super::work::{Outcome, Work};
use super::Server;
use super::link::{Answer, Failure, Link, Verdict, Want};
use super::pool::Lease;
use crate::{StoreError, StoreResult};

/// An open transaction.
pub(crate) struct Tx<L: Link> {
    lease: Lease<L>,
    /// How a statement of it failed. Nothing of it can stay then.
    failed: Option<Verdict>,
}

impl<L: Link> Tx<L> {
    pub async fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> StoreResult<u64> {
        let answer = self.lease.link.execute(sql, values).await;
        self.note(answer)
    }

    /// Runs an `UPDATE`. Who looked for a unique key, found it free and was overtaken shall look again.
    pub async fn change(&mut self, update: &str, values: &[Value<'_>]) -> StoreResult<u64> {
        let answer = self.lease.link.execute(update, values).await;
        self.note(answer.map_err(|failure| match failure.verdict {
            Verdict::Taken => Failure { verdict: Verdict::Again, ..failure },
            _ => failure,
        }))
    }

    pub async fn one<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: impl Read<T>,
    ) -> StoreResult<Option<T>> {
        let answer = self.lease.link.fetch(sql, values, Want::First).await;
        let rows = self.note(answer)?;
        rows.first().map(|row| read(&mut db::Row(L::read(row)))).transpose()
    }

    pub async fn all<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: impl Read<T>,
    ) -> StoreResult<Vec<T>> {
        let answer = self.lease.link.fetch(sql, values, Want::All).await;
        let rows = self.note(answer)?;
        rows.iter().map(|row| read(&mut db::Row(L::read(row)))).collect()
    }

    /// Runs an `INSERT` that says in its own words, or by its failure, that its key is taken.
    pub async fn insert_unless_taken(&mut self, insert: &str, values: &[Value<'_>]) -> StoreResult<bool> {
        match self.lease.link.execute(insert, values).await {
            Err(failure) if failure.verdict == Verdict::Taken && L::dialect().unless_taken.is_empty() => {
                Ok(false)
            }
            answer => self.note(answer).map(|changed| changed == 1),
        }
    }

    /// Runs a statement of the schema.
    pub async fn define(&mut self, statement: &str) -> StoreResult<Defined> {
        match self.lease.link.command(statement).await {
            // Where the transaction stands after that, definitions have none: somebody was here before, maybe we.
            Err(failure) if failure.verdict == Verdict::Made && !L::dialect().defines_in_transactions => {
                Ok(Defined::Before)
            }
            Err(failure) if failure.verdict == Verdict::Forbidden => Ok(Defined::Forbidden),
            answer => self.note(answer).map(|()| Defined::Now),
        }
    }

    fn note<T>(&mut self, answer: Answer<T>) -> StoreResult<T> {
        answer.map_err(|failure| {
            self.failed = Some(failure.verdict);
            failure.error
        })
    }
}

impl<L: Link> Server<L> {
    /// Carries work out in a transaction, on a task of its own: it ends also when the caller has gone.
    pub async fn write(&self, work: Work) -> StoreResult<Outcome> {
        let server = self.clone();
        let running = tokio::spawn(async move { server.within(server.transact(&work)).await });
        running.await.unwrap_or_else(|stopped| {
            Err(if stopped.is_panic() {
                StoreError::Corrupt("a write job panicked".to_owned())
            } else {
                StoreError::Unavailable("the runtime has stopped".to_owned())
            })
        })
    }

    async fn transact(&self, work: &Work) -> StoreResult<Outcome> {
        let mut round = 0;
        loop {
            match self.attempt(work).await {
                Err(Failure { verdict: Verdict::Again | Verdict::Stale, .. }) => {
                    tokio::time::sleep(pause(round)).await;
                }
                outcome => return outcome.map_err(|failure| failure.error),
            }
            round += 1;
        }
    }

    async fn attempt(&self, work: &Work) -> Answer<Outcome> {
        let mut tx = Tx { lease: self.begin().await?, failed: None };
        let is_new = tx.lease.is_new;
        let mut facade = db::Tx::new(L::enter(&mut tx));
        let outcome = work.run(&mut facade).await;
        let keep = outcome.is_ok() && !facade.is_discarded();
        match tx.failed {
            None if keep => self.commit(tx.lease).await?,
            Some(Verdict::Lost | Verdict::Stale) => self.pool.distrust(),
            _ => self.roll_back(tx.lease).await,
        }
        // What fails on a new connection too is not the connection's fault.
        let verdict = tx.failed.filter(|verdict| *verdict != Verdict::Stale || !is_new);
        let verdict = verdict.unwrap_or(Verdict::Stands);
        match (outcome, tx.failed) {
            (Ok(_), Some(_)) => Err(StoreError::Corrupt("a write job went on after a failure".to_owned())),
            (outcome, _) => outcome,
        }
        .map_err(|error| Failure { verdict, error })
    }

    /// A connection with an open transaction. One that was kept may be found closed: then nothing has happened yet.
    async fn begin(&self) -> Answer<Lease<L>> {
        let begin = L::dialect().begin(self.pool.settings().timeout);
        loop {
            let lease = self.pool.lease().await;
            let mut lease = lease.map_err(|error| Failure { verdict: Verdict::Stands, error })?;
            match lease.link.command(&begin).await {
                Ok(()) => return Ok(lease),
                Err(failure) => {
                    self.pool.distrust();
                    if lease.is_new {
                        return Err(failure);
                    }
                }
            }
        }
    }

    /// When this fails, nobody knows whether the server committed: the caller is told so and decides. Only where the
    /// server itself says that it did not, the transaction is run again.
    async fn commit(&self, mut lease: Lease<L>) -> Answer<()> {
        match lease.link.command(L::dialect().commit).await {
            Ok(()) => {
                lease.give_back();
                Ok(())
            }
            Err(failure) if failure.verdict == Verdict::Again => {
                lease.give_back();
                Err(failure)
            }
            Err(failure) => {
                self.pool.distrust();
                let error = StoreError::Unavailable(format!("a commit was not confirmed: {}", failure.error));
                Err(Failure { verdict: Verdict::Lost, error })
            }
        }
    }

    async fn roll_back(&self, mut lease: Lease<L>) {
        // Where this fails the connection is closed, and the server rolls back by itself.
        if lease.link.command("ROLLBACK").await.is_ok() {
            lease.give_back();
        } else {
            self.pool.distrust();
        }
    }
}

/// How long to wait before the next round: longer each time, and not as long as the others that met. The spread
/// comes from a counter, for chance is an argument everywhere here.
pub(super) fn pause(round: u32) -> Duration {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let seed = COUNTER.fetch_add(1, Ordering::Relaxed) ^ (u64::from(std::process::id()) << 32);
    // The finalizer of SplitMix64 (Steele, Lea, Flood 2014): neighbours come out far apart.
    let mixed = (seed.wrapping_add(1)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let longest = 2000_u64 << round.min(6);
    Duration::from_micros(longest / 2 + (mixed ^ (mixed >> 31)) % (longest / 2))
}
