//! Database servers: what PostgreSQL's and MySQL's drivers have in common.
//!
//! - `link.rs` is what a driver must offer, `postgres.rs` and `mysql.rs` offer it;
//! - `pool.rs` keeps connections, `transaction.rs` carries out writes and repeats those that the server asks for again;
//! - `address.rs` reads URLs and decides about TLS, `open.rs` says why a server cannot be used.
//!
//! Every verb has a deadline. A connection whose answer did not come in time, or whose task was cancelled, is closed
//! and never used again: nobody knows what still travels on it.

use std::sync::Arc;

use super::db::{self, Read};
use super::value::Value;
use crate::{Settings, StoreError, StoreResult};

mod address;
mod link;
pub(super) mod mysql;
mod open;
mod pool;
pub(super) mod postgres;
mod text;
mod transaction;

use link::Verdict;
pub(crate) use link::{Link, Want};
use pool::Pool;
pub(crate) use sqlx::{MySqlConnection, PgConnection};
pub(crate) use transaction::Tx;
use transaction::pause;

/// How often a definition asks for its lock before it gives up: some minutes.
const DEFINITION_ROUNDS: u32 = 60;

/// A database behind a network.
pub(crate) struct Server<L: Link> {
    pool: Arc<Pool<L>>,
}

// Derived, it would ask that `L` can be cloned.
impl<L: Link> Clone for Server<L> {
    fn clone(&self) -> Self {
        Self { pool: Arc::clone(&self.pool) }
    }
}

impl<L: Link> Server<L> {
    fn new(plan: L::Plan, settings: Settings) -> Self {
        Self { pool: Arc::new(Pool::new(plan, settings)) }
    }

    /// The first row, read outside any transaction.
    pub async fn one<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl Read<T>,
    ) -> StoreResult<Option<T>> {
        let rows = self.within(self.fetch(sql, values, Want::First)).await?;
        rows.first().map(|row| read(&mut db::Row(L::read(row)))).transpose()
    }

    /// All rows, read outside any transaction.
    pub async fn all<T>(&self, sql: &str, values: &[Value<'_>], read: impl Read<T>) -> StoreResult<Vec<T>> {
        let rows = self.within(self.fetch(sql, values, Want::All)).await?;
        rows.iter().map(|row| read(&mut db::Row(L::read(row)))).collect()
    }

    /// Up to `connections` of its own, for work that must not wait behind any other. A server with few shares them.
    pub fn set_aside(&mut self, connections: u32) -> Self {
        let all = self.pool.settings().connections;
        let Some(left) = all.checked_sub(connections).filter(|left| *left >= connections) else {
            return self.clone();
        };
        let aside = Self { pool: Arc::new(self.pool.beside(connections)) };
        *self = Self { pool: Arc::new(self.pool.beside(left)) };
        aside
    }

    /// Waits until every connection is back, then closes them.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Runs a definition: unprepared, for MySQL prepares not all of them, and outside a transaction. It waits for a lock
    /// a short time only, again and again, so that nobody waits behind it for long.
    pub async fn define(&self, statement: &str) -> StoreResult<()> {
        let mut lease = self.pool.lease().await?;
        for round in 0.. {
            match lease.link.command(statement).await {
                Err(failure) if failure.verdict == Verdict::Again && round < DEFINITION_ROUNDS => {
                    tokio::time::sleep(pause(round)).await;
                }
                answer => {
                    answer.map_err(|failure| failure.error)?;
                    break;
                }
            }
        }
        lease.give_back();
        Ok(())
    }

    /// A connection that was kept may have been closed by the server meanwhile, which shows at its next use. A read
    /// is then asked again on a new one.
    async fn fetch(&self, sql: &str, values: &[Value<'_>], want: Want) -> StoreResult<Vec<L::Row>> {
        loop {
            let mut lease = self.pool.lease().await?;
            match lease.link.fetch(sql, values, want).await {
                Ok(rows) => {
                    lease.give_back();
                    return Ok(rows);
                }
                Err(failure) if matches!(failure.verdict, Verdict::Lost | Verdict::Stale) => {
                    self.pool.distrust();
                    if lease.is_new {
                        return Err(failure.error);
                    }
                }
                Err(failure) => {
                    lease.give_back();
                    return Err(failure.error);
                }
            }
        }
    }

    /// `work`, or nothing when it takes too long. What it held is then closed.
    async fn within<T>(&self, work: impl Future<Output = StoreResult<T>>) -> StoreResult<T> {
        let patience = self.pool.settings().timeout;
        tokio::time::timeout(patience, work).await.unwrap_or_else(|_| {
            self.pool.distrust();
            Err(StoreError::Unavailable(format!("no answer within {} ms", patience.as_millis())))
        })
    }
}
