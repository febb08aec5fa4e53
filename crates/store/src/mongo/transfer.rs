//! Whole records: a table is the collection of its name, and its key is `_id`.

use std::time::Duration;

use async_trait::async_trait;
use mongodb::bson::{Bson, Document, RawBsonRef, RawDocument, doc};

use super::MongoStore;
use super::documents::{Field, Fields};
use super::failure::Failure;
use super::schema::MOVES;
use super::tx::Tx;
use crate::{
    Cell, Change, Column, Direction, Key, Kind, MoveMark, MoveState, Record, StoreError, StoreResult, Table,
    Transfer,
};

mod capture;

/// Counting walks through a whole collection.
const COUNTING: Duration = Duration::from_secs(600);

#[async_trait]
impl Transfer for MongoStore {
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
        let documents = self.db.collection(table.name());
        self.db.run_for(COUNTING, async move { Ok(documents.count_documents(doc! {}).await?) }).await
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
        let found = self.db.find_all(MOVES, doc! {}, doc! { "_id": 1 }, 0).await?;
        found.iter().map(|document| mark(document)).collect()
    }

    async fn set_move_mark(&self, mark: MoveMark) -> StoreResult<()> {
        let MoveMark { direction, state, other, id, at } = mark;
        let moves = self.db.database().collection::<Document>(MOVES);
        let direction = direction.as_str();
        let document = doc! {
            "_id": direction,
            "state": state.as_str(),
            "other": other,
            "move_id": id.bson(),
            "at": at.bson(),
        };
        let set = async move {
            moves.replace_one(doc! { "_id": direction }, document).upsert(true).await?;
            Ok(())
        };
        self.db.run(set).await
    }

    async fn clear_move_mark(&self, direction: Direction) -> StoreResult<()> {
        let moves = self.db.collection(MOVES);
        let clear = async move {
            moves.delete_one(doc! { "_id": direction.as_str() }).await?;
            Ok(())
        };
        self.db.run(clear).await
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
    if let Some(unique) = table.unique_column() {
        let column = &table.columns()[unique];
        let values: Vec<Bson> = records.iter().map(|record| value(column, &record.0[unique])).collect();
        in_the_way.push(doc! { column.name: { "$in": values } });
    }
    tx.delete_many(table.name(), doc! { "$or": in_the_way }).await?;
    let documents: Vec<Document> = records.iter().map(|record| document(table, record)).collect();
    tx.insert_all(table.name(), &documents).await
}

fn one_of(table: Table, keys: &[Key]) -> Document {
    let ids: Vec<Bson> = keys.iter().map(|key| id(table, key)).collect();
    doc! { "_id": { "$in": ids } }
}

fn id(table: Table, Key(cells): &Key) -> Bson {
    match (table.key_columns(), &cells[..]) {
        ([column], [cell]) => value(column, cell),
        (columns, cells) => {
            let fields = columns.iter().zip(cells);
            Bson::Document(
                fields.map(|(column, cell)| (column.name.to_owned(), value(column, cell))).collect(),
            )
        }
    }
}

fn document(table: Table, record: &Record) -> Document {
    let mut document = doc! { "_id": id(table, &record.key(table)) };
    let keys = table.key_columns().len();
    for (column, cell) in table.columns().iter().zip(&record.0).skip(keys) {
        document.insert(column.name, value(column, cell));
    }
    if table == Table::Customers {
        // Nobody waits for a turn on a customer who just came.
        document.insert("turn", 0_i64);
    }
    document
}

fn value(column: &Column, cell: &Cell) -> Bson {
    match cell {
        Cell::Null => Bson::Null,
        Cell::Int(number) if is_mark(column) => Bson::Boolean(*number != 0),
        Cell::Int(number) => Bson::Int64(*number),
        Cell::Text(text) => Bson::String(text.clone()),
        Cell::Bytes(bytes) => bytes.as_slice().bson(),
    }
}

/// The only truths among the records; SQL databases keep them as 0 and 1.
fn is_mark(column: &Column) -> bool {
    matches!(column.name, "default_shipping" | "default_billing")
}

/// The key of a document; a change stream tells nothing else of it.
fn key(table: Table, document: &RawDocument) -> StoreResult<Key> {
    match table.key_columns() {
        [column] => Ok(Key(vec![cell(column, document, "_id")?])),
        columns => {
            let Fields(key) = Fields(document).fields("_id")?;
            columns.iter().map(|column| cell(column, key, column.name)).collect::<Result<_, _>>().map(Key)
        }
    }
}

fn record(table: Table, document: &RawDocument) -> StoreResult<Record> {
    let Key(mut cells) = key(table, document)?;
    for column in table.columns().iter().skip(cells.len()) {
        cells.push(cell(column, document, column.name)?);
    }
    Ok(Record(cells))
}

fn cell(column: &Column, document: &RawDocument, field: &str) -> StoreResult<Cell> {
    let unexpected = || StoreError::Corrupt(format!("a field {field} of another type"));
    match (document.get(field).map_err(|_| unexpected())?, column.kind) {
        (None | Some(RawBsonRef::Null), _) if column.optional => Ok(Cell::Null),
        (Some(RawBsonRef::Int64(number)), Kind::Int) => Ok(Cell::Int(number)),
        (Some(RawBsonRef::Boolean(truth)), Kind::Int) => Ok(Cell::Int(truth.into())),
        (Some(RawBsonRef::String(text)), Kind::Text) => Ok(Cell::Text(text.to_owned())),
        (Some(RawBsonRef::Binary(binary)), Kind::Id | Kind::Hash | Kind::Bytes | Kind::TextAsBytes) => {
            Ok(Cell::Bytes(binary.bytes.to_vec()))
        }
        _ => Err(unexpected()),
    }
}

fn mark(document: &RawDocument) -> StoreResult<MoveMark> {
    let fields = Fields(document);
    Ok(MoveMark {
        direction: fields.word("_id", Direction::from_text)?,
        state: fields.word("state", MoveState::from_text)?,
        other: fields.text("other")?,
        id: fields.array("move_id")?,
        at: fields.moment("at")?,
    })
}
