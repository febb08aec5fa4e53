//! Whole records, in few sizes of statements, so that each is prepared once.

use async_trait::async_trait;

use super::SqlStore;
use super::db::Tx;
use super::records::{key, record};
use super::statements::{self, Where, value};
use super::value::Value;
use crate::engine::Engine;
use crate::verbs::marks;
use crate::{Change, Direction, Key, MoveMark, Moves, Record, StoreError, StoreResult, Table};

mod capture;
#[cfg(test)]
mod tests;

#[async_trait]
impl Moves for SqlStore {
    async fn records_after(&self, table: Table, after: Option<Key>, limit: u32) -> StoreResult<Vec<Record>> {
        let limit = Value::Int(limit.into());
        let Some(Key(key)) = &after else {
            return self.db.all(&statements::first(table), &[limit], |row| record(table, row)).await;
        };
        let mut values: Vec<_> = key.iter().map(value).collect();
        if let [first, second] = values[..] {
            values = vec![first, first, second];
        }
        values.push(limit);
        self.db.all(&statements::after(table), &values, |row| record(table, row)).await
    }

    async fn records_of(&self, table: Table, keys: Vec<Key>) -> StoreResult<Vec<Record>> {
        let mut found = Vec::with_capacity(keys.len());
        for keys in Where::Key.chunks(table, &keys) {
            let values: Vec<_> = keys.iter().flat_map(|Key(cells)| cells).map(value).collect();
            let select = statements::select(table, Where::Key, keys.len());
            found.extend(self.db.all(&select, &values, |row| record(table, row)).await?);
        }
        Ok(found)
    }

    async fn last_key(&self, table: Table) -> StoreResult<Option<Key>> {
        self.db.one(&statements::last_key(table), &[], |row| key(table, row)).await
    }

    async fn count_records(&self, table: Table) -> StoreResult<u64> {
        self.count(table, vec![]).await
    }

    async fn put_records(&self, table: Table, records: Vec<Record>) -> StoreResult<()> {
        let width = table.columns().len();
        if records.iter().any(|record| record.0.len() != width) {
            return Err(StoreError::Corrupt(format!("a record of {} with another width", table.name())));
        }
        let job = self.db.write((table, records), |tx, (table, records)| Box::pin(put(tx, *table, records)));
        job.await
    }

    async fn delete_records(&self, table: Table, keys: Vec<Key>) -> StoreResult<()> {
        let job = self.db.write((table, keys), |tx, (table, keys)| {
            Box::pin(async move {
                for keys in Where::Key.chunks(*table, keys) {
                    let values: Vec<_> = keys.iter().flat_map(|Key(cells)| cells).map(value).collect();
                    tx.execute(&statements::delete(*table, Where::Key, keys.len()), &values).await?;
                }
                Ok(())
            })
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
        self.create_triggers().await
    }

    async fn captured(&self, limit: u32) -> StoreResult<Vec<Change>> {
        self.notes(limit).await
    }

    async fn forget_captured(&self, changes: Vec<Change>) -> StoreResult<()> {
        self.forget_notes(changes).await
    }

    async fn halt_capture(&self) -> StoreResult<()> {
        self.drop_triggers().await
    }

    async fn stop_capture(&self) -> StoreResult<()> {
        self.drop_triggers().await?;
        self.drop_notes().await
    }
}

/// Nothing is in the way of most records, and then an insert is enough. (PostgreSQL, which planned the deletes when the
/// table was empty, would read it whole for each of them.) Else what is in the way goes first: no upsert is spelled
/// alike everywhere, and none looks at two unique keys.
async fn put(tx: &mut Tx<'_>, table: Table, records: &[Record]) -> StoreResult<()> {
    if !tx.dialect().unless_taken.is_empty() && insert_where_free(tx, table, records).await? {
        return Ok(());
    }
    let keys = table.key_columns().len();
    for records in Where::Key.chunks(table, records) {
        let values: Vec<_> = records.iter().flat_map(|record| &record.0[..keys]).map(value).collect();
        tx.execute(&statements::delete(table, Where::Key, records.len()), &values).await?;
        for unique in table.unique_columns() {
            let values: Vec<_> = records.iter().map(|record| value(&record.0[unique])).collect();
            tx.execute(&statements::delete(table, Where::Column(unique), records.len()), &values).await?;
        }
    }
    // Only now: among the records that are put, two that share a unique value are a mistake that must be told.
    for records in Where::Key.chunks(table, records) {
        let values: Vec<_> = records.iter().flat_map(|record| &record.0).map(value).collect();
        tx.execute(&statements::insert(table, records.len()), &values).await?;
    }
    Ok(())
}

/// Whether every record found its place free.
async fn insert_where_free(tx: &mut Tx<'_>, table: Table, records: &[Record]) -> StoreResult<bool> {
    let mut inserted = 0;
    for records in Where::Key.chunks(table, records) {
        let values: Vec<_> = records.iter().flat_map(|record| &record.0).map(value).collect();
        let insert = statements::insert(table, records.len()) + tx.dialect().unless_taken;
        inserted += tx.execute(&insert, &values).await?;
    }
    Ok(inserted == records.len() as u64)
}
