//! [`Records`] as SQL, made of a table's definition; and whole records, read as the definition says.

use doorstep_base::{CustomerId, SecretHash};

use super::db::{Row as SqlRow, Tx};
use super::rows::number;
use super::sessions;
use super::statements::{self, Where, becomes, bound, value};
use super::value::Value;
use crate::records::{Columns, Is, Order, Records, Row, Set, ToCell, Use};
use crate::{Cell, Column, Key, Kind, Record, StoreError, StoreResult, Table};

impl Records for Tx<'_> {
    type Failure = StoreError;

    async fn add(&mut self, table: Table, columns: Columns) -> StoreResult<()> {
        let values: Vec<_> = columns.iter().map(|(_, cell)| value(cell)).collect();
        self.execute(&statements::add(table, &columns), &values).await.map(drop)
    }

    async fn add_unless_taken(
        &mut self,
        table: Table,
        columns: Columns,
        _: &'static str,
    ) -> StoreResult<bool> {
        let values: Vec<_> = columns.iter().map(|(_, cell)| value(cell)).collect();
        self.insert_unless_taken(&statements::add(table, &columns), &values).await
    }

    async fn find(&mut self, table: Table, which: &[Is], order: Order) -> StoreResult<Vec<Row>> {
        let select = statements::find(table, which, &order);
        self.all(&select, &found_by(which, &order), |row| found(table, row)).await
    }

    async fn change(&mut self, table: Table, which: &[Is], set: &[Set]) -> StoreResult<u64> {
        let values: Vec<_> = becomes(set).chain(bound(which)).collect();
        Self::change(self, &statements::change(table, which, set), &values).await
    }

    async fn remove(&mut self, table: Table, which: &[Is]) -> StoreResult<u64> {
        let values: Vec<_> = bound(which).collect();
        self.execute(&statements::remove(table, which), &values).await
    }

    async fn remove_keys(&mut self, table: Table, keys: &[Key], which: &[Is]) -> StoreResult<u64> {
        let mut gone = 0;
        for keys in Where::Key.chunks(table, keys) {
            let delete = statements::delete(table, Where::Key, keys.len());
            let delete = format!("{delete} AND {}", statements::condition(which));
            let values: Vec<_> =
                keys.iter().flat_map(|Key(cells)| cells).map(value).chain(bound(which)).collect();
            gone += self.execute(&delete, &values).await?;
        }
        Ok(gone)
    }

    async fn take_turn(&mut self, customer: CustomerId, which: &[Is]) -> StoreResult<bool> {
        let mut own = vec![Is::Equal("id", customer.cell())];
        own.extend_from_slice(which);
        let turn = format!("SELECT 1 FROM {} WHERE {}", Table::Customers.name(), statements::condition(&own));
        Ok(self.lock(&turn, &bound(&own).collect::<Vec<_>>(), number).await?.is_some())
    }

    async fn use_session(
        &mut self,
        which: &[Is],
        how: Use,
        refresh: Option<SecretHash>,
    ) -> StoreResult<bool> {
        sessions::use_one(self, which, how, refresh).await
    }

    fn discard(&mut self) {
        self.discard();
    }
}

/// The values of [`statements::find`].
pub(super) fn found_by<'v>(which: &'v [Is], order: &Order) -> Vec<Value<'v>> {
    bound(which).chain(order.most.map(|most| Value::Int(most.into()))).collect()
}

pub(super) fn found(table: Table, row: &mut SqlRow<'_>) -> StoreResult<Row> {
    Ok(Row { table, record: record(table, row)? })
}

pub(super) fn record(table: Table, row: &mut SqlRow<'_>) -> StoreResult<Record> {
    cells(row, table.columns()).map(Record)
}

pub(super) fn key(table: Table, row: &mut SqlRow<'_>) -> StoreResult<Key> {
    cells(row, table.key_columns()).map(Key)
}

fn cells(row: &mut SqlRow<'_>, columns: &[Column]) -> StoreResult<Vec<Cell>> {
    columns.iter().map(|column| cell(row, column)).collect()
}

fn cell(row: &mut SqlRow<'_>, column: &Column) -> StoreResult<Cell> {
    let bytes = |bytes: &[u8]| Cell::Bytes(bytes.to_vec());
    let cell = match column.kind {
        Kind::Int | Kind::Bool => row.int_if_any()?.map(Cell::Int),
        Kind::Text | Kind::Word => row.text_if_any()?.map(Cell::Text),
        Kind::Id => row.array_if_any::<16>()?.map(|id| bytes(&id)),
        Kind::Hash => row.array_if_any::<32>()?.map(|hash| bytes(&hash)),
        Kind::Bytes | Kind::TextAsBytes => row.bytes_if_any()?.map(bytes),
    };
    match cell.or(column.default.map(Cell::Int)) {
        Some(cell) => Ok(cell),
        None if column.optional => Ok(Cell::Null),
        None => Err(StoreError::Corrupt(format!("NULL in the column {}", column.name))),
    }
}
