//! A transaction: what a verb may do in it, and how it ends.
//!
//! After any error the server has given the transaction up. A verb that makes an outcome of one
//! ([`Tx::insert_unless_taken`]) must not write after it: it says [`Tx::discard`] and returns.

use futures_util::TryStreamExt;
use mongodb::bson::{Document, RawDocumentBuf, doc};
use mongodb::error::{TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT};
use mongodb::options::{ReadConcern, ReturnDocument, UpdateModifications};
use mongodb::{Client, ClientSession, Collection, Database};
use tokio::time::Instant;

use super::documents::refuse_nul;
use super::failure::Failure;
use crate::{StoreResult, Table};

pub(super) struct Tx {
    session: ClientSession,
    database: Database,
    discarded: bool,
}

impl Tx {
    pub async fn begin(client: &Client, database: &Database) -> Result<Self, Failure> {
        // Each transaction reads what stands when it begins: it needs no earlier one's moment.
        let mut session = client.start_session().causal_consistency(false).await?;
        session.start_transaction().read_concern(ReadConcern::snapshot()).await?;
        Ok(Self { session, database: database.clone(), discarded: false })
    }

    /// What was written so far must not stand: the verb has an outcome that writes nothing.
    pub fn discard(&mut self) {
        self.discarded = true;
    }

    pub async fn insert(&mut self, collection: &str, document: Document) -> Result<(), Failure> {
        refuse_nul(&document)?;
        let collection: Collection<Document> = self.database.collection(collection);
        collection.insert_one(document).session(&mut self.session).await?;
        Ok(())
    }

    pub async fn insert_all(&mut self, collection: &str, documents: &[Document]) -> Result<(), Failure> {
        documents.iter().try_for_each(refuse_nul)?;
        let collection: Collection<Document> = self.database.collection(collection);
        collection.insert_many(documents).session(&mut self.session).await?;
        Ok(())
    }

    /// `false` when `index` has this value already: then nothing of this transaction stands.
    pub async fn insert_unless_taken(
        &mut self,
        collection: &str,
        document: Document,
        index: &str,
    ) -> Result<bool, Failure> {
        match self.insert(collection, document).await {
            Err(failure) if failure.is_duplicate_in(index) => {
                self.discard();
                Ok(false)
            }
            inserted => inserted.map(|()| true),
        }
    }

    /// Whether there was such a document.
    pub async fn update_one(
        &mut self,
        collection: &str,
        filter: Document,
        update: impl Into<UpdateModifications>,
    ) -> Result<bool, Failure> {
        let collection = self.collection(collection);
        let update = update.into();
        refuse_nul_in(&filter, &update)?;
        let updated = collection.update_one(filter, update).session(&mut self.session).await?;
        Ok(updated.matched_count == 1)
    }

    /// How many there were.
    pub async fn update_many(
        &mut self,
        collection: &str,
        filter: Document,
        update: Document,
    ) -> Result<u64, Failure> {
        let collection = self.collection(collection);
        refuse_nul(&update)?;
        let updated = collection.update_many(filter, update).session(&mut self.session).await;
        match updated.map_err(Failure::from) {
            Err(failure) if failure.is_duplicate() => Err(Failure::Overtaken),
            updated => Ok(updated?.matched_count),
        }
    }

    /// The document as it stands afterwards; `upsert` makes it when the filter finds none.
    pub async fn find_and_update(
        &mut self,
        collection: &str,
        filter: Document,
        update: impl Into<UpdateModifications>,
        upsert: bool,
    ) -> Result<Option<RawDocumentBuf>, Failure> {
        let collection = self.collection(collection);
        let update = update.into();
        refuse_nul_in(&filter, &update)?;
        let update = collection.find_one_and_update(filter, update).upsert(upsert);
        Ok(update.return_document(ReturnDocument::After).session(&mut self.session).await?)
    }

    pub async fn delete_many(&mut self, collection: &str, filter: Document) -> Result<u64, Failure> {
        let collection = self.collection(collection);
        Ok(collection.delete_many(filter).session(&mut self.session).await?.deleted_count)
    }

    /// All documents of the filter; at most `limit`, or all when it is 0.
    pub async fn find_all(
        &mut self,
        collection: &str,
        filter: Document,
        sort: Document,
        limit: i64,
    ) -> Result<Vec<RawDocumentBuf>, Failure> {
        let collection = self.collection(collection);
        let find = collection.find(filter).sort(sort).limit(limit);
        let mut found = find.session(&mut self.session).await?;
        Ok(found.stream(&mut self.session).try_collect().await?)
    }

    fn collection(&self, name: &str) -> Collection<RawDocumentBuf> {
        self.database.collection(name)
    }

    /// Nobody knows whether a commit took place whose answer was lost, or that no majority confirmed in time. Asking
    /// again is allowed, and commits it once (Transactions specification, "UnknownTransactionCommitResult").
    pub async fn commit(mut self, deadline: Instant) -> Result<(), Failure> {
        if self.discarded {
            self.abort().await;
            return self.wait_for_majority().await;
        }
        loop {
            let Err(error) = self.session.commit_transaction().await else { return Ok(()) };
            let unknown = error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT)
                && !error.contains_label(TRANSIENT_TRANSACTION_ERROR);
            if !unknown || Instant::now() >= deadline {
                return Err(error.into());
            }
        }
    }

    /// What made the verb discard its writes may be another transaction that a majority does not have yet. A write
    /// that changes nothing is answered when a majority has everything that stands before it.
    async fn wait_for_majority(&self) -> Result<(), Failure> {
        let nobody = doc! { "_id": "nobody" };
        self.collection(Table::Moves.name()).update_one(nobody, doc! { "$set": { "at": 0_i64 } }).await?;
        Ok(())
    }

    /// The server forgets a transaction by itself as well, only later.
    pub async fn abort(&mut self) {
        if let Err(error) = self.session.abort_transaction().await {
            tracing::debug!(cause = super::failure::describe(&error), "a transaction was left to its end");
        }
    }
}

fn refuse_nul_in(filter: &Document, update: &UpdateModifications) -> StoreResult<()> {
    refuse_nul(filter)?;
    match update {
        UpdateModifications::Document(update) => refuse_nul(update),
        // Pipelines hold numbers and hashes only: in them a text that begins with `$` would be a field's name.
        _ => Ok(()),
    }
}
