//! [`Records`] as documents, made of a table's definition; and documents, read as the definition says.
//!
//! A table is the collection of its name. `_id` is the whole key: a value, or a document of several whose order belongs to it.

use doorstep_base::{CustomerId, SecretHash};
use mongodb::bson::{Bson, Document, RawBsonRef, RawDocument, doc};

use super::documents::{Field, Fields};
use super::failure::Failure;
use super::tx::Tx;
use crate::records::{Columns, Is, Order, Records, Row, Set, Use};
use crate::{Cell, Column, Key, Kind, Record, StoreError, StoreResult, Table};

impl Records for Tx {
    type Failure = Failure;

    async fn add(&mut self, table: Table, columns: Columns) -> Result<(), Failure> {
        self.insert(table.name(), new_document(table, &columns)).await
    }

    async fn add_unless_taken(
        &mut self,
        table: Table,
        columns: Columns,
        column: &'static str,
    ) -> Result<bool, Failure> {
        let indexes = table.definition().indexes;
        let index = indexes.iter().find(|index| index.unique && index.columns == [column]);
        let index = index.map_or("_id_", |index| index.name);
        self.insert_unless_taken(table.name(), new_document(table, &columns), index).await
    }

    async fn find(&mut self, table: Table, which: &[Is], order: Order) -> Result<Vec<Row>, Failure> {
        let Some(limit) = limit(&order) else { return Ok(Vec::new()) };
        let found = self.find_all(table.name(), filter(table, which), sort(table, &order), limit).await?;
        Ok(found.iter().map(|document| row(table, document)).collect::<Result<_, _>>()?)
    }

    async fn change(&mut self, table: Table, which: &[Is], set: &[Set]) -> Result<u64, Failure> {
        let (mut to, mut add) = (Document::new(), Document::new());
        for set in set {
            match set {
                Set::To(name, cell) => to.insert(*name, bson(table, name, cell)),
                Set::Add(name, number) => add.insert(*name, *number),
            };
        }
        let mut update = Document::new();
        update.extend((!to.is_empty()).then(|| ("$set".to_owned(), Bson::Document(to))));
        update.extend((!add.is_empty()).then(|| ("$inc".to_owned(), Bson::Document(add))));
        fill_defaults(self, table, which, set).await?;
        self.update_many(table.name(), filter(table, which), update).await
    }

    async fn remove(&mut self, table: Table, which: &[Is]) -> Result<u64, Failure> {
        self.delete_many(table.name(), filter(table, which)).await
    }

    async fn remove_keys(&mut self, table: Table, keys: &[Key], which: &[Is]) -> Result<u64, Failure> {
        let chosen = doc! { "$and": [one_of(table, keys), filter(table, which)] };
        self.delete_many(table.name(), chosen).await
    }

    async fn take_turn(&mut self, customer: CustomerId, which: &[Is]) -> Result<bool, Failure> {
        let mut own = filter(Table::Customers, which);
        own.insert("_id", customer.bson());
        // Of two transactions that write the same document the server lets one commit.
        self.update_one(Table::Customers.name(), own, doc! { "$inc": { TURN: 1_i64 } }).await
    }

    async fn use_session(
        &mut self,
        which: &[Is],
        how: Use,
        refresh: Option<SecretHash>,
    ) -> Result<bool, Failure> {
        let mut set = used(how);
        set.extend(refresh.map(|refresh| ("refresh".to_owned(), refresh.bson())));
        self.update_one(Table::Sessions.name(), live(which, how), vec![doc! { "$set": set }]).await
    }

    fn discard(&mut self) {
        self.discard();
    }
}

/// What is added to a number that an older node did not write is added to its default.
async fn fill_defaults(tx: &mut Tx, table: Table, which: &[Is], set: &[Set]) -> Result<(), Failure> {
    for set in set {
        let Set::Add(name, _) = set else { continue };
        if let Some(default) = table.column(name).and_then(|(_, column)| column.default) {
            let mut missing = filter(table, which);
            put(&mut missing, (*name).to_owned(), Bson::Null);
            tx.update_many(table.name(), missing, doc! { "$set": { *name: default } }).await?;
        }
    }
    Ok(())
}

/// Counts the turns that were taken on a customer. No other engine needs such a column.
pub(super) const TURN: &str = "turn";

/// The live sessions that meet the condition.
pub(super) fn live(which: &[Is], how: Use) -> Document {
    let mut all = vec![Is::Empty("ended_at"), Is::After("gone_at", how.now.as_millis())];
    all.extend_from_slice(which);
    filter(Table::Sessions, &all)
}

/// Moves the times of a live session on, never back, and the idle expiry never past the last one. For a pipeline.
pub(super) fn used(how: Use) -> Document {
    let idle = how.idle_expires_at.bson();
    let moved = |field: &str| {
        doc! { "$cond": [
            { "$lt": ["$expires_at", idle.clone()] },
            "$expires_at",
            { "$max": [field, idle.clone()] },
        ] }
    };
    doc! {
        "last_used_at": { "$max": ["$last_used_at", how.now.bson()] },
        "gone_at": moved("$gone_at"),
        "idle_expires_at": moved("$idle_expires_at"),
    }
}

/// Where a column stands in a document.
pub(super) fn path(table: Table, name: &str) -> String {
    match table.key_columns() {
        [key] if key.name == name => "_id".to_owned(),
        [first, second] if first.name == name || second.name == name => format!("_id.{name}"),
        _ => name.to_owned(),
    }
}

pub(super) fn filter(table: Table, which: &[Is]) -> Document {
    let keys = table.key_columns();
    let equal = |name: &str| {
        which.iter().find_map(|is| match is {
            Is::Equal(column, cell) if *column == name => Some(cell.clone()),
            _ => None,
        })
    };
    let mut filter = Document::new();
    let whole: Option<Vec<Cell>> = keys.iter().map(|column| equal(column.name)).collect();
    let has_whole_key = whole.is_some();
    if let Some(whole) = whole {
        filter.insert("_id", id(table, &Key(whole)));
    }
    let is_key = |name: &str| keys.iter().any(|key| key.name == name);
    for is in which {
        match is {
            Is::Equal(name, _) if has_whole_key && is_key(name) => {}
            Is::Equal(name, cell) if is_default(table, name, cell) => {
                let either = doc! { "$in": [bson(table, name, cell), Bson::Null] };
                put(&mut filter, path(table, name), either.into());
            }
            Is::Equal(name, cell) => put(&mut filter, path(table, name), bson(table, name, cell)),
            Is::Not(name, cell) => {
                put(&mut filter, path(table, name), doc! { "$ne": bson(table, name, cell) }.into());
            }
            // A document is less when its first field is: so the index of the key serves.
            Is::Before(name, number) if keys.len() > 1 && keys[0].name == *name => {
                put(&mut filter, "_id".to_owned(), doc! { "$lt": { *name: *number } }.into());
            }
            Is::Before(name, number) => put(&mut filter, path(table, name), doc! { "$lt": *number }.into()),
            Is::AtMost(name, number) => put(&mut filter, path(table, name), doc! { "$lte": *number }.into()),
            Is::After(name, number) => put(&mut filter, path(table, name), doc! { "$gt": *number }.into()),
            Is::Empty(name) => put(&mut filter, path(table, name), Bson::Null),
        }
    }
    filter
}

/// Whether a document that says nothing of the column means this value.
fn is_default(table: Table, name: &str, cell: &Cell) -> bool {
    let default = table.column(name).and_then(|(_, column)| column.default);
    default.is_some_and(|default| *cell == Cell::Int(default))
}

/// Beside what is said of the same field already.
fn put(filter: &mut Document, path: String, condition: Bson) {
    if !filter.contains_key(&path) {
        filter.insert(path, condition);
        return;
    }
    let also = doc! { path: condition };
    match filter.get_mut("$and") {
        Some(Bson::Array(more)) => more.push(also.into()),
        _ => drop(filter.insert("$and", vec![also])),
    }
}

pub(super) fn sort(table: Table, order: &Order) -> Document {
    let mut sort = Document::new();
    for (name, descending) in &order.by {
        let direction = if *descending { -1 } else { 1 };
        if table.key_columns().len() > 1 && table.key_columns()[0].name == *name {
            // The key sorts by its fields, and nothing can sort after it.
            sort.insert("_id", direction);
            break;
        }
        sort.insert(path(table, name), direction);
    }
    sort
}

/// 0 is no limit. `None`: nothing is asked for.
pub(super) fn limit(order: &Order) -> Option<i64> {
    match order.most {
        Some(0) => None,
        most => Some(most.map_or(0, i64::from)),
    }
}

pub(super) fn one_of(table: Table, keys: &[Key]) -> Document {
    let ids: Vec<Bson> = keys.iter().map(|key| id(table, key)).collect();
    doc! { "_id": { "$in": ids } }
}

pub(super) fn id(table: Table, Key(cells): &Key) -> Bson {
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

fn new_document(table: Table, columns: &Columns) -> Document {
    let cell = |column: &Column| {
        let given = columns.iter().find(|(name, _)| *name == column.name).map(|(_, cell)| cell.clone());
        given.or(column.default.map(Cell::Int)).unwrap_or(Cell::Null)
    };
    document(table, &Record(table.columns().iter().map(cell).collect()))
}

pub(super) fn document(table: Table, record: &Record) -> Document {
    let mut document = doc! { "_id": id(table, &record.key(table)) };
    let keys = table.key_columns().len();
    for (column, cell) in table.columns().iter().zip(&record.0).skip(keys) {
        document.insert(column.name, value(column, cell));
    }
    if table == Table::Customers {
        // Nobody waits for a turn on a customer who just came.
        document.insert(TURN, 0_i64);
    }
    document
}

fn bson(table: Table, name: &str, cell: &Cell) -> Bson {
    table.column(name).map_or(Bson::Null, |(_, column)| value(column, cell))
}

pub(super) fn value(column: &Column, cell: &Cell) -> Bson {
    match cell {
        Cell::Null => Bson::Null,
        Cell::Int(number) if column.kind == Kind::Bool => Bson::Boolean(*number != 0),
        Cell::Int(number) => Bson::Int64(*number),
        Cell::Text(text) => Bson::String(text.clone()),
        Cell::Bytes(bytes) => bytes.as_slice().bson(),
    }
}

pub(super) fn row(table: Table, document: &RawDocument) -> StoreResult<Row> {
    Ok(Row { table, record: record(table, document)? })
}

/// The key of a document; a change stream tells nothing else of it.
pub(super) fn key(table: Table, document: &RawDocument) -> StoreResult<Key> {
    match table.key_columns() {
        [column] => Ok(Key(vec![cell(column, document, "_id")?])),
        columns => {
            let Fields(key) = Fields(document).fields("_id")?;
            columns.iter().map(|column| cell(column, key, column.name)).collect::<Result<_, _>>().map(Key)
        }
    }
}

pub(super) fn record(table: Table, document: &RawDocument) -> StoreResult<Record> {
    let Key(mut cells) = key(table, document)?;
    for column in table.columns().iter().skip(cells.len()) {
        cells.push(cell(column, document, column.name)?);
    }
    Ok(Record(cells))
}

fn cell(column: &Column, document: &RawDocument, field: &str) -> StoreResult<Cell> {
    let unexpected = || StoreError::Corrupt(format!("a field {field} of another type"));
    match (document.get(field).map_err(|_| unexpected())?, column.kind) {
        (None | Some(RawBsonRef::Null), _) if column.default.is_some() => {
            Ok(column.default.map_or(Cell::Null, Cell::Int))
        }
        (None | Some(RawBsonRef::Null), _) if column.optional => Ok(Cell::Null),
        (Some(RawBsonRef::Int64(number)), Kind::Int) => Ok(Cell::Int(number)),
        (Some(RawBsonRef::Boolean(truth)), Kind::Bool) => Ok(Cell::Int(truth.into())),
        (Some(RawBsonRef::String(text)), Kind::Text | Kind::Word) => Ok(Cell::Text(text.to_owned())),
        (Some(RawBsonRef::Binary(binary)), Kind::Id | Kind::Hash | Kind::Bytes | Kind::TextAsBytes) => {
            Ok(Cell::Bytes(binary.bytes.to_vec()))
        }
        _ => Err(unexpected()),
    }
}
