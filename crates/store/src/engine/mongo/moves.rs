//! Whole records: a table is the collection of its name, and its key is `_id`.

use async_trait::async_trait;
use mongodb::bson::{Bson, Document, doc};

use super::MongoStore;
use super::failure::Failure;
use super::records::{document, id, key, one_of, record, value};
use super::tx::Tx;
use crate::engine::Engine;
use crate::verbs::marks;
use crate::{Cell, Change, Direction, Key, MoveMark, Moves, Record, StoreError, StoreResult, Table};

mod capture;

#[async_trait]
impl Moves for MongoStore {
    async fn records_after(&self, table: Table, after: Option<Key>, limit: u32) -> StoreResult<Vec<Record>> {
        let filter = after.map_or_else(Document::new, |key| doc! { "_id": { "$gt": id(table, &key) } });
        let found = self.db.find_all(table.name(), filter, doc! { "_id": 1 }, limit.into()).await?;
        found.iter().map(|document| record(table, document)).collect()
    }

    async fn records_of(&self, table: Table, keys: Vec<Key>) -> StoreResult<Vec<Record>> {
        let found = self.db.find_all(table.name(), one_of(table, &keys), doc! {}, 0).await?;
        found.iter().map(|document| record(table, document)).collect()
    }

    async fn last_key(&self, table: Table) -> StoreResult<Option<Key>> {
        let last = self.db.find_all(table.name(), doc! {}, doc! { "_id": -1 }, 1).await?;
        last.first().map(|document| key(table, document)).transpose()
    }

    async fn count_records(&self, table: Table) -> StoreResult<u64> {
        self.count(table, vec![]).await
    }

    async fn put_records(&self, table: Table, records: Vec<Record>) -> StoreResult<()> {
        let width = table.columns().len();
        if records.iter().any(|record| record.0.len() != width) {
            return Err(StoreError::Corrupt(format!("a record of {} with another width", table.name())));
        }
        let lane = table.name().as_bytes();
        self.db
            .write_patiently(lane, (table, records), |tx, (table, records)| {
                Box::pin(put(tx, *table, records))
            })
            .await
    }

    async fn delete_records(&self, table: Table, keys: Vec<Key>) -> StoreResult<()> {
        let job = self.db.write_patiently(table.name().as_bytes(), (table, keys), |tx, (table, keys)| {
            Box::pin(async move { tx.delete_many(table.name(), one_of(*table, keys)).await.map(drop) })
        });
        job.await
    }

    async fn move_marks(&self) -> StoreResult<Vec<MoveMark>> {
        marks::all(self).await
    }

    async fn set_move_mark(&self, mark: MoveMark) -> StoreResult<()> {
        self.write(marks::SetMark(mark)).await
    }

    async fn clear_move_mark(&self, direction: Direction) -> StoreResult<()> {
        self.write(marks::ClearMark(direction)).await
    }

    async fn start_capture(&self) -> StoreResult<()> {
        self.begin_reading().await
    }

    async fn captured(&self, limit: u32) -> StoreResult<Vec<Change>> {
        self.read_changes(limit as usize).await
    }

    async fn forget_captured(&self, changes: Vec<Change>) -> StoreResult<()> {
        self.move_on_to(changes).await
    }

    async fn stop_capture(&self) -> StoreResult<()> {
        self.end_reading().await
    }
}

/// Deletes what is in the way first: an upsert looks at one key only.
async fn put(tx: &mut Tx, table: Table, records: &[Record]) -> Result<(), Failure> {
    if records.is_empty() {
        return Ok(());
    }
    let keys: Vec<Key> = records.iter().map(|record| record.key(table)).collect();
    let mut in_the_way = vec![one_of(table, &keys)];
    for unique in table.unique_columns() {
        let column = &table.columns()[unique];
        let filled = records.iter().map(|record| &record.0[unique]).filter(|cell| **cell != Cell::Null);
        let values: Vec<Bson> = filled.map(|cell| value(column, cell)).collect();
        in_the_way.push(doc! { column.name: { "$in": values } });
    }
    tx.delete_many(table.name(), doc! { "$or": in_the_way }).await?;
    let documents: Vec<Document> = records.iter().map(|record| document(table, record)).collect();
    tx.insert_all(table.name(), &documents).await
}
