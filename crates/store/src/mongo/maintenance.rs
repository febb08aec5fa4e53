//! The schema, the health and the house-keeping.

use async_trait::async_trait;
use doorstep_base::Timestamp;
use futures_util::TryStreamExt;
use mongodb::bson::{Bson, Document, RawDocument, RawDocumentBuf, doc};
use mongodb::options::{Acknowledgment, IndexOptions, WriteConcern};
use mongodb::{Database, IndexModel};

use super::MongoStore;
use super::documents::{Field, Fields};
use super::failure::{Failure, UNAUTHORIZED, code};
use super::schema::{
    ATTEMPTS, AUDIT, IDEMPOTENCY, SESSIONS, SIGNING_KEYS, STEPS, STEPS_COLLECTION, Step, USED_REFRESHES,
};
use crate::{Maintenance, OpenError, Purged, Retention, StoreError, StoreResult};

/// So many documents go at once: a few milliseconds.
const BITE: i64 = 500;
const COLLECTION_EXISTS: i32 = 48;

#[async_trait]
impl Maintenance for MongoStore {
    async fn migrate(&self, now: Timestamp) -> Result<u32, OpenError> {
        let found = self.last_step().await?;
        let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
        if found > known {
            return Err(OpenError::TooNew { found, known });
        }
        let mut taken = 0;
        for (number, step) in (1..).zip(STEPS).filter(|(number, _)| *number > found) {
            match self.take_step(number, step, now).await {
                Ok(first) => taken += u32::from(first),
                Err(Failure::Driver(error)) if code(&error) == Some(UNAUTHORIZED) => {
                    return Err(OpenError::Behind { found: number - 1, known });
                }
                Err(failure) => return Err(StoreError::from(failure).into()),
            }
        }
        Ok(taken)
    }

    async fn ping(&self) -> StoreResult<()> {
        let database = self.db.database().clone();
        let ping = async move { Ok(database.run_command(doc! { "ping": 1 }).await.map(drop)?) };
        self.db.run(ping).await
    }

    async fn purge(&self, retention: Retention) -> StoreResult<Purged> {
        let Retention { sessions_before, audit_before, expired_before } = retention;
        let expired = expired_before.as_millis();
        let sessions = self.purge_by(SESSIONS, before("gone_at", sessions_before.as_millis())).await?;
        let audit = self.purge_by(AUDIT, before("_id", doc! { "at": audit_before.bson() })).await?;
        let idempotency = self.purge_by(IDEMPOTENCY, before("expires_at", expired)).await?;
        let attempts = self.purge_by(ATTEMPTS, before("free_at", expired.saturating_mul(1000))).await?;
        let keys = self.purge_by(SIGNING_KEYS, before("verifies_until", expired)).await?;
        Ok(Purged { sessions, audit, expired: idempotency + attempts + keys })
    }

    async fn close(&self) {
        self.db.close().await;
    }
}

impl MongoStore {
    /// The last step that was taken; 0 in an empty database.
    async fn last_step(&self) -> Result<i64, OpenError> {
        let database = self.db.database().clone();
        let names = async move { Ok(database.list_collection_names().authorized_collections(true).await?) };
        let names = self.db.run(names).await?;
        if !names.iter().any(|name| name == STEPS_COLLECTION) {
            // MongoDB's own (system.views and the like) are nobody's data.
            return match names.iter().any(|name| !name.starts_with("system.")) {
                true => Err(OpenError::Foreign { name: self.db.database().name().to_owned() }),
                false => Ok(0),
            };
        }
        let last = self.db.find_all(STEPS_COLLECTION, doc! {}, doc! { "_id": -1 }, 1).await?;
        Ok(last.first().map_or(Ok(0), |step| Fields(step).int("_id"))?)
    }

    /// Takes a step; `false` when another node marked it first. It may have been taken half: everything in it is made only
    /// when it is missing.
    async fn take_step(&self, number: i64, step: &'static Step, now: Timestamp) -> Result<bool, Failure> {
        let database = self.db.database().clone();
        let majority = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
        make_collection(&database, STEPS_COLLECTION, None).await?;
        make_collection(&database, step.collection, Some(step.validator())).await?;
        let collection = self.db.collection(step.collection);
        let mut indexes = Vec::new();
        for index in step.indexes {
            let keys: Document = index.keys.iter().map(|key| ((*key).to_owned(), Bson::Int32(1))).collect();
            let options = IndexOptions::builder().name(index.name.to_owned()).unique(index.unique).build();
            indexes.push(IndexModel::builder().keys(keys).options(options).build());
        }
        if !indexes.is_empty() {
            collection.create_indexes(indexes).write_concern(majority).await?;
        }
        let steps = self.db.collection(STEPS_COLLECTION);
        let mark = RawDocumentBuf::try_from(doc! { "_id": number, "taken_at": now.bson() })?;
        match steps.insert_one(mark).await.map_err(Failure::from) {
            Ok(_) => Ok(true),
            Err(failure) if failure.is_duplicate() => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// Deletes what is past its time, bite by bite, until a bite is not full. The moment is asked for twice, the second time
    /// of the document itself, so that one that was renewed meanwhile stays.
    async fn purge_by(&self, collection: &'static str, (field, over): Over) -> StoreResult<u64> {
        let mut gone = 0;
        loop {
            let (documents, used) = (self.db.collection(collection), self.db.collection(USED_REFRESHES));
            let over = over.clone();
            let bite = async move {
                let oldest = documents.find(over.clone()).sort(doc! { field: 1 }).limit(BITE);
                let oldest: Vec<_> = oldest.projection(doc! { "_id": 1 }).await?.try_collect().await?;
                let ids: Vec<Bson> =
                    oldest.iter().map(|document| id_of(document)).collect::<Result<_, _>>()?;
                let full = oldest.len() >= usize::try_from(BITE).unwrap_or(0);
                if collection == SESSIONS {
                    used.delete_many(doc! { "_id.session": { "$in": ids.clone() } }).await?;
                }
                let chosen = doc! { "$and": [{ "_id": { "$in": ids } }, over] };
                Ok((documents.delete_many(chosen).await?.deleted_count, full))
            };
            let (deleted, full) = self.db.run(bite).await?;
            gone += deleted;
            if !full {
                return Ok(gone);
            }
        }
    }
}

/// A field, and the filter of what is over by it.
type Over = (&'static str, Document);

fn before(field: &'static str, moment: impl Into<Bson>) -> Over {
    (field, doc! { field: { "$lt": moment.into() } })
}

fn id_of(document: &RawDocument) -> Result<Bson, Failure> {
    match document.get("_id")? {
        Some(id) => Ok(Bson::try_from(id)?),
        None => Err(StoreError::Corrupt("a document without _id".to_owned()).into()),
    }
}

async fn make_collection(
    database: &Database,
    name: &str,
    validator: Option<Document>,
) -> Result<(), Failure> {
    let create = database.create_collection(name);
    let create = match validator {
        Some(validator) => create.validator(validator),
        None => create,
    };
    match create.await {
        Err(error) if code(&error) != Some(COLLECTION_EXISTS) => Err(error.into()),
        _ => Ok(()),
    }
}
