//! The facade between the verbs and a database: `?` for every value, rows read in the order of their columns.
//!
//! It is asynchronous because servers are; SQLite's futures are ready when first polled. Whatever engine is behind
//! it, a text with U+0000 is refused: PostgreSQL cannot keep one, and the engines must not differ.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::dialect::Dialect;
pub(crate) use super::row::{AnyRow, Read, Row};
use super::rows::number;
use super::server::{self, Link, MySqlConnection, PgConnection, Server};
use super::sqlite::{self, Job, Sqlite};
use super::value::Value;
use super::work::{Outcome, Work, typed};
use crate::{OpenError, StoreError, StoreResult};

/// What became of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Defined {
    Now,
    /// It stood already, half of a step that was broken off.
    Before,
    /// This user may not define anything.
    Forbidden,
}

/// A database: reads that see every commit acknowledged before them, and write transactions.
#[derive(Clone)]
pub(crate) struct Db {
    /// What an operator calls it. No password is in it.
    name: Arc<str>,
    driver: Driver,
}

#[derive(Clone)]
enum Driver {
    Sqlite(Arc<Sqlite>),
    Postgres(Server<PgConnection>),
    MySql(Server<MySqlConnection>),
}

/// An open write transaction.
pub(crate) struct Tx<'c> {
    any: AnyTx<'c>,
    discarded: bool,
}

pub(crate) enum AnyTx<'c> {
    Sqlite(&'c mut sqlite::Tx),
    Postgres(&'c mut server::Tx<PgConnection>),
    MySql(&'c mut server::Tx<MySqlConnection>),
}

impl Db {
    pub fn open_sqlite(path: &str) -> Result<Self, OpenError> {
        Ok(Self { name: path.into(), driver: Driver::Sqlite(Arc::new(Sqlite::open(path)?)) })
    }

    pub fn postgres(name: String, server: Server<PgConnection>) -> Self {
        Self { name: name.into(), driver: Driver::Postgres(server) }
    }

    pub fn mysql(name: String, server: Server<MySqlConnection>) -> Self {
        Self { name: name.into(), driver: Driver::MySql(server) }
    }

    pub fn dialect(&self) -> &'static Dialect {
        match &self.driver {
            Driver::Sqlite(sqlite) => sqlite.dialect(),
            Driver::Postgres(_) => PgConnection::dialect(),
            Driver::MySql(_) => MySqlConnection::dialect(),
        }
    }

    #[cfg(test)]
    pub fn sqlite(&self) -> &Sqlite {
        match &self.driver {
            Driver::Sqlite(sqlite) => sqlite,
            _ => panic!("not a SQLite database"),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first row, read outside any transaction.
    pub async fn one<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl Read<T>,
    ) -> StoreResult<Option<T>> {
        refuse_nul(values)?;
        // The servers' futures are boxed: they are large, and SQLite's readers would carry their size.
        match &self.driver {
            Driver::Sqlite(sqlite) => {
                let found = sqlite.read(|connection| sqlite::one(connection, sql, values, read));
                // The read ran in place: let the runtime count it, or a busy connection could keep its worker for itself.
                tokio::task::consume_budget().await;
                found
            }
            Driver::Postgres(server) => Box::pin(server.one(sql, values, read)).await,
            Driver::MySql(server) => Box::pin(server.one(sql, values, read)).await,
        }
    }

    /// All rows, read outside any transaction.
    pub async fn all<T>(&self, sql: &str, values: &[Value<'_>], read: impl Read<T>) -> StoreResult<Vec<T>> {
        refuse_nul(values)?;
        match &self.driver {
            Driver::Sqlite(sqlite) => {
                let found = sqlite.read(|connection| sqlite::all(connection, sql, values, read));
                tokio::task::consume_budget().await;
                found
            }
            Driver::Postgres(server) => Box::pin(server.all(sql, values, read)).await,
            Driver::MySql(server) => Box::pin(server.all(sql, values, read)).await,
        }
    }

    /// Runs `job` in a write transaction: what it wrote is durable when this returns `Ok`, and gone when the job
    /// fails, discards or the commit fails. `job` may run again when the database asks for it, so it borrows its data.
    /// Once begun it ends by itself, also when the caller has gone.
    pub async fn write<D, T, F>(&self, data: D, job: F) -> StoreResult<T>
    where
        D: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t, 'c> Fn(&'t mut Tx<'c>, &'t D) -> BoxFuture<'t, StoreResult<T>> + Send + Sync + 'static,
    {
        self.submit(data, job, false).await
    }

    /// [`Self::write`] for what ends or takes away: on a full disk it is carried out in the room that is kept for it.
    pub async fn write_even_when_full<D, T, F>(&self, data: D, job: F) -> StoreResult<T>
    where
        D: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t, 'c> Fn(&'t mut Tx<'c>, &'t D) -> BoxFuture<'t, StoreResult<T>> + Send + Sync + 'static,
    {
        self.submit(data, job, true).await
    }

    pub async fn submit<D, T, F>(&self, data: D, job: F, may_use_reserve: bool) -> StoreResult<T>
    where
        D: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t, 'c> Fn(&'t mut Tx<'c>, &'t D) -> BoxFuture<'t, StoreResult<T>> + Send + Sync + 'static,
    {
        typed(self.carry_out(Work::new(data, job), may_use_reserve).await?)
    }

    async fn carry_out(&self, work: Work, may_use_reserve: bool) -> StoreResult<Outcome> {
        match &self.driver {
            Driver::Sqlite(sqlite) => {
                let (reply, answer) = oneshot::channel();
                sqlite.submit(Job::new(work, may_use_reserve, reply)).await?;
                let stopped = || StoreError::Unavailable("the writer has stopped".to_owned());
                answer.await.unwrap_or_else(|_| Err(stopped()))
            }
            Driver::Postgres(server) => server.write(work).await,
            Driver::MySql(server) => server.write(work).await,
        }
    }

    /// The same database over up to `connections` of its connections, which nothing else uses from now on; `None`
    /// where a read needs no connection.
    pub fn set_aside(&mut self, connections: u32) -> Option<Self> {
        let driver = match &mut self.driver {
            Driver::Sqlite(_) => return None,
            Driver::Postgres(server) => Driver::Postgres(server.set_aside(connections)),
            Driver::MySql(server) => Driver::MySql(server.set_aside(connections)),
        };
        Some(Self { name: Arc::clone(&self.name), driver })
    }

    /// The same database for work that may take its time.
    pub fn unhurried(&self) -> Self {
        let driver = match &self.driver {
            Driver::Sqlite(sqlite) => Driver::Sqlite(Arc::clone(sqlite)),
            Driver::Postgres(server) => Driver::Postgres(server.unhurried()),
            Driver::MySql(server) => Driver::MySql(server.unhurried()),
        };
        Self { name: Arc::clone(&self.name), driver }
    }

    /// Runs a definition without a deadline, and on a server outside any transaction.
    pub async fn define(&self, statement: String) -> StoreResult<()> {
        match &self.driver {
            Driver::Sqlite(_) => {
                let job = self.write(statement, |tx, statement| {
                    Box::pin(async move { tx.execute(statement, &[]).await.map(drop) })
                });
                job.await
            }
            Driver::Postgres(server) => server.unhurried().define(&statement).await,
            Driver::MySql(server) => server.unhurried().define(&statement).await,
        }
    }

    /// Whether the database answers, and takes writes as far as it is known.
    pub async fn ping(&self) -> StoreResult<()> {
        self.one("SELECT 1", &[], number).await?;
        if let Driver::Sqlite(sqlite) = &self.driver
            && sqlite.is_in_doubt()
        {
            // The writer proves itself before it does nothing: whoever waits for readiness need not wait for a customer.
            self.write_even_when_full((), |_, ()| Box::pin(async { Ok(()) })).await?;
        }
        Ok(())
    }

    /// Clears away what deleted rows left in the database's files, where that is ours to do. Servers do so by themselves.
    pub async fn tidy(&self) {
        if let Driver::Sqlite(sqlite) = &self.driver {
            sqlite.tidy().await;
        }
    }

    /// Waits for the writes that were submitted, then closes.
    pub async fn close(&self) {
        match &self.driver {
            Driver::Sqlite(sqlite) => sqlite.close().await,
            Driver::Postgres(server) => server.close().await,
            Driver::MySql(server) => server.close().await,
        }
    }
}

fn refuse_nul(values: &[Value<'_>]) -> StoreResult<()> {
    let has_nul = |value: &Value<'_>| matches!(value, Value::Text(text) if text.as_bytes().contains(&0));
    if values.iter().any(has_nul) { Err(StoreError::NulInText) } else { Ok(()) }
}

impl<'c> Tx<'c> {
    pub(super) fn new(any: AnyTx<'c>) -> Self {
        Self { any, discarded: false }
    }

    /// Runs a statement; returns how many rows it changed, or found as it would have made them.
    pub async fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> StoreResult<u64> {
        refuse_nul(values)?;
        match &mut self.any {
            AnyTx::Sqlite(tx) => tx.execute(sql, values),
            AnyTx::Postgres(tx) => tx.execute(sql, values).await,
            AnyTx::MySql(tx) => tx.execute(sql, values).await,
        }
    }

    /// Runs an `UPDATE`; returns how many rows it changed. The whole job runs again where it meets a unique key that was written since the job
    /// looked for it.
    pub async fn change(&mut self, update: &str, values: &[Value<'_>]) -> StoreResult<u64> {
        refuse_nul(values)?;
        match &mut self.any {
            // One writes at a time.
            AnyTx::Sqlite(tx) => tx.execute(update, values),
            AnyTx::Postgres(tx) => tx.change(update, values).await,
            AnyTx::MySql(tx) => tx.change(update, values).await,
        }
    }

    /// The first row.
    pub async fn one<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: impl Read<T>,
    ) -> StoreResult<Option<T>> {
        refuse_nul(values)?;
        match &mut self.any {
            AnyTx::Sqlite(tx) => tx.one(sql, values, read),
            AnyTx::Postgres(tx) => tx.one(sql, values, read).await,
            AnyTx::MySql(tx) => tx.one(sql, values, read).await,
        }
    }

    /// All rows.
    pub async fn all<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: impl Read<T>,
    ) -> StoreResult<Vec<T>> {
        refuse_nul(values)?;
        match &mut self.any {
            AnyTx::Sqlite(tx) => tx.all(sql, values, read),
            AnyTx::Postgres(tx) => tx.all(sql, values, read).await,
            AnyTx::MySql(tx) => tx.all(sql, values, read).await,
        }
    }

    /// The first row, which nobody else changes until this transaction ends.
    pub async fn lock<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: impl Read<T>,
    ) -> StoreResult<Option<T>> {
        let locking = format!("{sql}{}", self.dialect().row_lock);
        self.one(&locking, values, read).await
    }

    /// Runs an `INSERT`; `false`, and nothing changed, when a row with one of its unique keys stands already.
    pub async fn insert_unless_taken(&mut self, insert: &str, values: &[Value<'_>]) -> StoreResult<bool> {
        refuse_nul(values)?;
        let insert = format!("{insert}{}", self.dialect().unless_taken);
        match &mut self.any {
            AnyTx::Sqlite(tx) => Ok(tx.execute(&insert, values)? == 1),
            AnyTx::Postgres(tx) => tx.insert_unless_taken(&insert, values).await,
            AnyTx::MySql(tx) => tx.insert_unless_taken(&insert, values).await,
        }
    }

    /// Runs a statement of the schema.
    pub async fn define(&mut self, statement: &str) -> StoreResult<Defined> {
        match &mut self.any {
            AnyTx::Sqlite(tx) => tx.execute(statement, &[]).map(|_| Defined::Now),
            AnyTx::Postgres(tx) => tx.define(statement).await,
            AnyTx::MySql(tx) => tx.define(statement).await,
        }
    }

    pub fn dialect(&self) -> &'static Dialect {
        match &self.any {
            AnyTx::Sqlite(tx) => tx.dialect(),
            AnyTx::Postgres(_) => PgConnection::dialect(),
            AnyTx::MySql(_) => MySqlConnection::dialect(),
        }
    }

    /// Nothing that this job wrote will stay, whatever it returns: for outcomes that promise it.
    pub fn discard(&mut self) {
        self.discarded = true;
    }

    pub(super) fn is_discarded(&self) -> bool {
        self.discarded
    }
}
