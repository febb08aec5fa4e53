//! The engine for SQL databases.
//!
//! - `db.rs`, `row.rs` and `value.rs` are the facade ([`db::Db`], [`db::Tx`], [`db::Row`], [`value::Value`]): what may be asked of
//!   a database;
//! - `records.rs` and `statements.rs` make what the verbs ask of the tables' definitions; `sessions.rs`, `lookups.rs` and
//!   `attempts.rs` are the few statements that are special;
//! - `dialect.rs` names every difference between the databases, `schema.rs` and `migration.rs` take the steps;
//! - `sqlite.rs` and `server/` are the drivers: SQLite in this process, PostgreSQL and MySQL behind a network.
//!
//! Two habits keep it portable: a decision is made by the statement that writes (`… WHERE version = ?`) or
//! under a lock on the row that it rests on ([`db::Tx::lock`]), and no statement uses a function, a type or an
//! upsert that one of the databases lacks without going through the dialect.

use std::time::Duration;

use doorstep_base::{SecretHash, SessionId, Timestamp};
use value::values;

use super::Engine;
use crate::records::{Is, Order, Row, ToCell, Use};
use crate::url;
use crate::verbs::{Verb, carry_out};
use crate::{AttemptLimit, Counted, FoundSession, OpenError, Settings, StoreResult, Table};

mod attempts;
mod db;
mod dialect;
mod lookups;
mod maintenance;
mod migration;
mod moves;
mod records;
mod row;
mod rows;
mod schema;
#[cfg(feature = "sql-servers")]
mod server;
#[cfg(not(feature = "sql-servers"))]
#[path = "server_absent.rs"]
mod server;
mod sessions;
mod sqlite;
mod statements;
mod value;
mod work;

pub(crate) use sqlite::copy as copy_sqlite;

/// The port on a SQL database.
pub(crate) struct SqlStore {
    db: db::Db,
    /// On servers, where a look-up is a journey.
    lookups: Option<lookups::Lookups>,
}

impl SqlStore {
    pub(crate) fn open_sqlite(path: &str) -> Result<Self, OpenError> {
        Ok(Self { db: db::Db::open_sqlite(path)?, lookups: None })
    }

    pub(crate) async fn open_postgres(url: &url::Server, settings: Settings) -> Result<Self, OpenError> {
        server::postgres::open(url, settings).await.map(|db| Self::on(db, settings.timeout))
    }

    pub(crate) async fn open_mysql(url: &url::Server, settings: Settings) -> Result<Self, OpenError> {
        server::mysql::open(url, settings).await.map(|db| Self::on(db, settings.timeout))
    }

    /// A server's look-ups have connections of their own, and give up after the time that every verb has.
    fn on(mut db: db::Db, patience: Duration) -> Self {
        let lookups = db.set_aside(lookups::CONNECTIONS).map(|db| lookups::Lookups::over(db, patience));
        Self { db, lookups }
    }
}

impl Engine for SqlStore {
    async fn write<V: Verb>(&self, verb: V) -> StoreResult<V::Outcome> {
        self.db.submit(verb, |tx, verb| Box::pin(carry_out(verb, tx)), V::EVEN_WHEN_FULL).await
    }

    async fn find_one(&self, table: Table, which: Vec<Is>) -> StoreResult<Option<Row>> {
        let (select, values) =
            (statements::find(table, &which, &Order::any()), statements::bound(&which).collect::<Vec<_>>());
        self.db.one(&select, &values, |row| records::found(table, row)).await
    }

    async fn find(&self, table: Table, which: Vec<Is>, order: Order) -> StoreResult<Vec<Row>> {
        let select = statements::find(table, &which, &order);
        let values = records::found_by(&which, &order);
        self.db.all(&select, &values, |row| records::found(table, row)).await
    }

    async fn count(&self, table: Table, which: Vec<Is>) -> StoreResult<u64> {
        let select = statements::count(table, &which);
        let values: Vec<_> = statements::bound(&which).collect();
        let count = self.db.one(&select, &values, rows::number).await?;
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }

    async fn session_by_secret(&self, secret: SecretHash) -> StoreResult<Option<FoundSession>> {
        match &self.lookups {
            Some(lookups) => lookups.by_secret(secret).await,
            None => self.db.one(&sessions::BY_SECRET, values![secret], rows::found_session).await,
        }
    }

    async fn session_by_id(&self, id: SessionId) -> StoreResult<Option<FoundSession>> {
        match &self.lookups {
            Some(lookups) => lookups.by_id(id).await,
            None => self.db.one(&sessions::BY_ID, values![id], rows::found_session).await,
        }
    }

    async fn touch(&self, id: SessionId, how: Use) -> StoreResult<()> {
        let job = self.db.write((id, how), |tx, (id, how)| {
            Box::pin(async move {
                sessions::use_one(tx, &[Is::Equal("id", id.cell())], *how, None).await.map(drop)
            })
        });
        job.await
    }

    async fn count_attempt(
        &self,
        limits: Vec<(usize, AttemptLimit)>,
        now: Timestamp,
    ) -> StoreResult<Counted> {
        attempts::count_all(&self.db, limits, now).await
    }

    async fn uncount_attempt(
        &self,
        limits: Vec<AttemptLimit>,
        counted_at: Timestamp,
        now: Timestamp,
    ) -> StoreResult<()> {
        attempts::uncount_all(&self.db, limits, counted_at, now).await
    }

    async fn tidy(&self) {
        self.db.tidy().await;
    }
}
