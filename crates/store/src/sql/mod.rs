//! The engine for SQL databases: every verb is written once, over a small facade.
//!
//! - `db.rs`, `row.rs` and `value.rs` are the facade ([`db::Db`], [`db::Tx`], [`db::Row`], [`value::Value`]): what a verb may
//!   ask of a database;
//! - `dialect.rs` names every difference between the databases, `schema.rs` the tables;
//! - `sqlite.rs` and `server/` are the drivers: SQLite in this process, PostgreSQL and MySQL behind a network;
//! - the other files are the verbs, one for each trait of the port, under the same name.
//!
//! Two habits keep the verbs portable: a decision is made by the statement that writes (`… WHERE hash = ?`) or
//! under a lock on the row that it rests on ([`db::Tx::lock`]), and no statement uses a function, a type or an
//! upsert that one of the databases lacks without going through the dialect.

use std::time::Duration;

use crate::{OpenError, Settings};

mod addresses;
mod attempts;
mod audit;
mod customers;
mod db;
mod dialect;
mod keys;
mod lookups;
mod maintenance;
mod migration;
mod row;
mod rows;
mod schema;
mod server;
mod sessions;
mod sqlite;
mod transfer;
mod value;

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

    pub(crate) async fn open_postgres(url: &str, settings: Settings) -> Result<Self, OpenError> {
        server::postgres::open(url, settings).await.map(|db| Self::on(db, settings.timeout))
    }

    pub(crate) async fn open_mysql(url: &str, settings: Settings) -> Result<Self, OpenError> {
        server::mysql::open(url, settings).await.map(|db| Self::on(db, settings.timeout))
    }

    /// A server's look-ups have connections of their own, and give up after the time that every verb has.
    fn on(mut db: db::Db, patience: Duration) -> Self {
        let lookups = db.set_aside(lookups::CONNECTIONS).map(|db| lookups::Lookups::over(db, patience));
        Self { db, lookups }
    }
}
