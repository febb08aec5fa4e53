//! The engine for MongoDB: the same verbs on documents.
//!
//! - `client.rs` connects and refuses what cannot keep the promises; `db.rs` runs work within its deadline and
//!   carries out transactions; `failure.rs` tells what went wrong without telling values;
//! - `documents.rs` writes and reads each record field by field, `schema.rs` has the collections, their
//!   validators and indexes;
//! - the other files are the verbs, one for each trait of the port, under the same name.
//!
//! Three habits keep the promises:
//! - every write waits for the journals of a majority, so that no election takes it back;
//! - what a verb reads is certain (`certainty.rs`, `docs/decisions/mongodb.md`): all that was acknowledged before it began, on
//!   whichever node, and nothing that an election could take back;
//! - what must agree is written in one transaction, and those who may not do it at once write the same document
//!   (the customer's `turn`): MongoDB's snapshots only notice two that *write* the same.

mod addresses;
mod attempts;
mod audit;
mod certainty;
mod client;
mod customers;
mod db;
mod documents;
mod failure;
mod keys;
mod lookups;
mod maintenance;
mod orphans;
mod refresh;
mod schema;
mod sessions;
mod transfer;
mod tx;

use crate::{OpenError, Settings};

/// The port on a MongoDB replica set.
pub(crate) struct MongoStore {
    db: db::Db,
    lookups: lookups::LookUps,
}

impl MongoStore {
    pub(crate) async fn open(url: &str, settings: Settings) -> Result<Self, OpenError> {
        let db = client::connect(url, settings).await?;
        Ok(Self { lookups: lookups::LookUps::new(&db), db })
    }
}
