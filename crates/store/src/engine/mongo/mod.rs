//! The engine for MongoDB.
//!
//! - `client.rs` connects and refuses what cannot keep the promises; `db.rs` runs work within its deadline and
//!   carries out transactions; `failure.rs` tells what went wrong without telling values;
//! - `records.rs` makes what the verbs ask of the tables' definitions; `lookups.rs` and `attempts.rs` are special;
//! - `schema.rs` and `migration.rs` take the steps.
//!
//! Three habits keep the promises:
//! - every write waits for the journals of a majority, so that no election takes it back;
//! - what a verb reads is certain (`certainty.rs`, `docs/decisions/mongodb.md`): all that was acknowledged before it began, on
//!   whichever node, and nothing that an election could take back;
//! - what must agree is written in one transaction, and those who may not do it at once write the same document
//!   (the customer's `turn`): MongoDB's snapshots only notice two that *write* the same.

use std::time::Duration;

use doorstep_base::{SecretHash, SessionId, Timestamp};
use mongodb::bson::doc;

use super::Engine;
use crate::records::{Is, Order, Row, ToCell, Use};
use crate::url;
use crate::verbs::{Verb, carry_out};
use crate::{AttemptLimit, Counted, FoundSession, OpenError, Settings, StoreResult, Table};

mod attempts;
mod certainty;
mod client;
mod db;
mod documents;
mod failure;
mod lookups;
mod maintenance;
mod migration;
mod moves;
mod orphans;
mod records;
mod schema;
mod tx;

/// Counting walks through a whole collection.
const COUNTING: Duration = Duration::from_secs(600);

/// The port on a MongoDB replica set.
pub(crate) struct MongoStore {
    db: db::Db,
    lookups: lookups::Lookups,
}

impl MongoStore {
    pub(crate) async fn open(url: &url::Server, settings: Settings) -> Result<Self, OpenError> {
        let db = client::connect(url, settings).await?;
        Ok(Self { lookups: lookups::Lookups::new(&db), db })
    }
}

impl Engine for MongoStore {
    async fn write<V: Verb>(&self, verb: V) -> StoreResult<V::Outcome> {
        let lane = verb.lane().to_vec();
        self.db.write(&lane, verb, |tx, verb| Box::pin(carry_out(verb, tx))).await
    }

    async fn find_one(&self, table: Table, which: Vec<Is>) -> StoreResult<Option<Row>> {
        let found = self.db.find_one(table.name(), records::filter(table, &which)).await?;
        found.map(|document| records::row(table, &document)).transpose()
    }

    async fn find(&self, table: Table, which: Vec<Is>, order: Order) -> StoreResult<Vec<Row>> {
        let Some(limit) = records::limit(&order) else { return Ok(Vec::new()) };
        let (filter, sort) = (records::filter(table, &which), records::sort(table, &order));
        let found = self.db.find_all(table.name(), filter, sort, limit).await?;
        found.iter().map(|document| records::row(table, document)).collect()
    }

    async fn count(&self, table: Table, which: Vec<Is>) -> StoreResult<u64> {
        let (documents, filter) = (self.db.collection(table.name()), records::filter(table, &which));
        self.db.run_for(COUNTING, async move { Ok(documents.count_documents(filter).await?) }).await
    }

    async fn session_by_secret(&self, secret: SecretHash) -> StoreResult<Option<FoundSession>> {
        self.lookups.by_secret(secret).await
    }

    async fn session_by_id(&self, id: SessionId) -> StoreResult<Option<FoundSession>> {
        self.lookups.by_id(id).await
    }

    async fn touch(&self, id: SessionId, how: Use) -> StoreResult<()> {
        let sessions = self.db.collection(Table::Sessions.name());
        let live = records::live(&[Is::Equal("id", id.cell())], how);
        let touch = async move {
            sessions.update_one(live, vec![doc! { "$set": records::used(how) }]).await?;
            Ok(())
        };
        self.db.run(touch).await
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

    /// MongoDB does so by itself.
    async fn tidy(&self) {}
}
