//! The store: a port of verbs, each one atomic, and the engines that keep their promises.
//!
//! A verb's doc comment is its contract, including what happens to callers that race; `testkit::contract` proves
//! every promise on every engine. Above this crate nobody sees a dialect, a driver's error or a row:
//! a missing row is `None`, a lost race is a named outcome, a database that does not answer is
//! [`StoreError::Unavailable`].
//!
//! Time never comes from the database: every verb that needs a moment takes it.

// Much of what the engines share has no user in a build with SQLite alone.
#![cfg_attr(not(all(feature = "sql-servers", feature = "mongodb")), allow(dead_code, unused_imports))]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

mod addresses;
mod attempts;
mod audit;
mod backup;
mod challenges;
mod coalesce;
mod customers;
mod engine;
mod error;
mod keys;
mod maintenance;
mod moves;
mod outbox;
mod rate;
mod records;
mod sessions;
mod steps;
mod tables;
mod url;
mod verbs;

pub use addresses::{Address, AddressFields, Addresses, DefaultUse, InsertAddress, ReplaceAddress};
pub use attempts::{AttemptLimit, Attempts, Counted, Restore};
pub use audit::{Acting, Actor, Audit, AuditEvent, AuditKind, Detail, Trail};
pub use backup::{BackupError, Copied, back_up, restore};
pub use challenges::{
    Asked, Challenge, Challenges, Consumed, MailedLogin, Means, NewEmail, Opened, Presented, Proven, Purpose,
};
pub use customers::{
    Customer, Customers, Idempotency, NewCustomer, PasswordOutcome, ProfileChange, Proof, ReplacePassword,
    SignupOutcome, UpdateProfile,
};
pub use error::{OpenError, StoreError, StoreResult};
pub use keys::{SigningKeyRow, SigningKeys};
pub use maintenance::{AfterRestore, Maintenance, Migration, PlannedStep, Purged, Retention};
pub use moves::{Cell, Change, Direction, Key, MoveMark, MoveState, Moves, Record};
pub use outbox::{KeptMessage, Lease, Message, NewMessage, Outbox, OutboxState};
pub use sessions::{
    EndReason, FoundSession, InsertSession, Method, NewSession, Rotation, RotationOutcome, Session,
    SessionMode, Sessions,
};
pub use tables::{Column, Definition, InExport, Index, Kind, OnErase, Purge, Table};
pub use url::{has_password, sqlite_file, url_problem, without_password};

/// All verbs of one database.
#[async_trait]
pub trait Store:
    Customers + Addresses + Sessions + Challenges + Attempts + SigningKeys + Audit + Outbox + Maintenance + Moves
{
}

impl<T> Store for T where
    T: Customers
        + Addresses
        + Sessions
        + Challenges
        + Attempts
        + SigningKeys
        + Audit
        + Outbox
        + Maintenance
        + Moves
{
}

/// How a database is used, whichever it is.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// At most this many connections to a server at once. SQLite has its own number.
    pub connections: u32,
    /// How long a verb may wait for the database before it is [`StoreError::Unavailable`].
    pub timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { connections: 16, timeout: Duration::from_secs(3) }
    }
}

/// Opens the database that `url` names, without changing its schema: see [`Maintenance::migrate`].
/// A server must answer, be of a version that is known to work, and let this user in.
pub async fn open(url: &str, settings: Settings) -> Result<Arc<dyn Store>, OpenError> {
    let server = match url::Place::of(url)? {
        url::Place::File(path) => return Ok(Arc::new(engine::sql::SqlStore::open_sqlite(&path)?)),
        url::Place::Server(server) => server,
    };
    for note in &server.notes {
        tracing::warn!("the URL of the database: {note}");
    }
    Ok(match server.engine {
        url::Engine::Postgres => Arc::new(engine::sql::SqlStore::open_postgres(&server, settings).await?),
        url::Engine::Mysql => Arc::new(engine::sql::SqlStore::open_mysql(&server, settings).await?),
        #[cfg(feature = "mongodb")]
        url::Engine::Mongodb => Arc::new(engine::mongo::MongoStore::open(&server, settings).await?),
        #[cfg(not(feature = "mongodb"))]
        url::Engine::Mongodb => return Err(OpenError::NotBuilt { engine: "MongoDB" }),
    })
}
