//! Whole records: statements are made of the tables' definitions, in few sizes, so that each is prepared once.

use async_trait::async_trait;

use super::SqlStore;
use super::db::{Row, Tx};
use super::rows::number;
use super::value::Value;
use crate::{
    Cell, Change, Column, Direction, Key, Kind, MoveMark, Record, StoreError, StoreResult, Table, Transfer,
};

mod capture;
mod marks;
mod statements;
#[cfg(test)]
mod tests;

use statements::Where;

#[async_trait]
impl Transfer for SqlStore {
    async fn records_after(&self, table: Table, after: Option<Key>, limit: u32) -> StoreResult<Vec<Record>> {
        let limit = Value::Int(limit.into());
        let Some(Key(key)) = &after else {
            return self.db.all(&statements::first(table), &[limit], record_reader(table)).await;
        };
        let mut values: Vec<_> = key.iter().map(value).collect();
        if let [first, second] = values[..] {
            values = vec![first, first, second];
        }
        values.push(limit);
        self.db.all(&statements::after(table), &values, record_reader(table)).await
    }

    async fn records_of(&self, table: Table, keys: Vec<Key>) -> StoreResult<Vec<Record>> {
        let mut found = Vec::with_capacity(keys.len());
        for keys in Where::Key.chunks(table, &keys) {
            let values: Vec<_> = keys.iter().flat_map(|Key(cells)| cells).map(value).collect();
            let select = statements::select(table, Where::Key, keys.len());
            found.extend(self.db.all(&select, &values, record_reader(table)).await?);
        }
        Ok(found)
    }

    async fn last_key(&self, table: Table) -> StoreResult<Option<Key>> {
        self.db.one(&statements::last_key(table), &[], key_reader(table)).await
    }

    async fn count_records(&self, table: Table) -> StoreResult<u64> {
        let count = self.db.one(&format!("SELECT COUNT(*) FROM {}", table.name()), &[], number).await?;
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
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
        self.marks().await
    }

    async fn set_move_mark(&self, mark: MoveMark) -> StoreResult<()> {
        self.set_mark(mark).await
    }

    async fn clear_move_mark(&self, direction: Direction) -> StoreResult<()> {
        self.clear_mark(direction).await
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
        if let Some(unique) = table.unique_column() {
            let values: Vec<_> = records.iter().map(|record| value(&record.0[unique])).collect();
            tx.execute(&statements::delete(table, Where::Unique(unique), records.len()), &values).await?;
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

fn value(cell: &Cell) -> Value<'_> {
    match cell {
        Cell::Null => Value::Null,
        Cell::Int(number) => Value::Int(*number),
        Cell::Text(text) => Value::Text(text),
        Cell::Bytes(bytes) => Value::Bytes(bytes),
    }
}

/// Readers are plain functions: one for each place in [`Table::ALL`].
type Reader<T> = fn(&mut Row<'_>) -> StoreResult<T>;

fn record_reader(table: Table) -> Reader<Record> {
    const READERS: [Reader<Record>; Table::ALL.len()] = [
        record::<0>,
        record::<1>,
        record::<2>,
        record::<3>,
        record::<4>,
        record::<5>,
        record::<6>,
        record::<7>,
    ];
    READERS[table as usize]
}

fn key_reader(table: Table) -> Reader<Key> {
    const READERS: [Reader<Key>; Table::ALL.len()] =
        [key::<0>, key::<1>, key::<2>, key::<3>, key::<4>, key::<5>, key::<6>, key::<7>];
    READERS[table as usize]
}

fn record<const TABLE: usize>(row: &mut Row<'_>) -> StoreResult<Record> {
    cells(row, Table::ALL[TABLE].columns()).map(Record)
}

fn key<const TABLE: usize>(row: &mut Row<'_>) -> StoreResult<Key> {
    cells(row, Table::ALL[TABLE].key_columns()).map(Key)
}

fn cells(row: &mut Row<'_>, columns: &[Column]) -> StoreResult<Vec<Cell>> {
    columns.iter().map(|column| cell(row, column)).collect()
}

fn cell(row: &mut Row<'_>, column: &Column) -> StoreResult<Cell> {
    let bytes = |bytes: &[u8]| Cell::Bytes(bytes.to_vec());
    let cell = match column.kind {
        Kind::Int => row.moment_if_any()?.map(|moment| Cell::Int(moment.as_millis())),
        Kind::Text => row.text_if_any()?.map(Cell::Text),
        Kind::Id => row.array_if_any::<16>()?.map(|id| bytes(&id)),
        Kind::Hash => row.array_if_any::<32>()?.map(|hash| bytes(&hash)),
        Kind::Bytes | Kind::TextAsBytes => Some(bytes(row.bytes()?)),
    };
    match cell {
        Some(cell) => Ok(cell),
        None if column.optional => Ok(Cell::Null),
        None => Err(StoreError::Corrupt(format!("NULL in the column {}", column.name))),
    }
}
