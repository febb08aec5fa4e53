//! Whole records, for taking a shop from one database to another: what every table holds, read and written in the
//! order of its primary key.
//!
//! The other traits of the port say what may happen to a shop. This one says nothing about that: a record is what stands in
//! the database, column by column, and whoever writes one answers for its sense. Only `doorstep move` uses it.

use async_trait::async_trait;
use doorstep_base::Timestamp;
use doorstep_base::crypto::sha256;

use crate::{StoreResult, Table};

/// One value of a record.
///
/// The derived order is the databases' order for what keys are made of: numbers, and bytes of one length.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A whole record: one cell for each of [`Table::columns`], in that order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record(pub Vec<Cell>);

/// A primary key: the cells of [`Table::key_columns`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub Vec<Cell>);

impl Record {
    /// The primary key of a record of this table.
    pub fn key(&self, table: Table) -> Key {
        Key(self.0[..table.key_columns().len()].to_vec())
    }

    /// SHA-256 of the record with its table's name. The same on every engine, and no two records share one.
    pub fn digest(&self, table: Table) -> [u8; 32] {
        let mut bytes = Vec::with_capacity(512);
        append(&mut bytes, b'T', table.name().as_bytes());
        for cell in &self.0 {
            match cell {
                Cell::Null => bytes.push(b'N'),
                Cell::Int(number) => append(&mut bytes, b'I', &number.to_be_bytes()),
                Cell::Text(text) => append(&mut bytes, b'S', text.as_bytes()),
                Cell::Bytes(raw) => append(&mut bytes, b'B', raw),
            }
        }
        sha256(&bytes)
    }
}

/// With its kind and length in front, so that no two lists of cells are spelled alike.
fn append(bytes: &mut Vec<u8>, kind: u8, value: &[u8]) {
    bytes.push(kind);
    bytes.extend_from_slice(&(value.len() as u64).to_be_bytes());
    bytes.extend_from_slice(value);
}

/// Which way records go between this database and another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// This database is being filled from another one.
    From,
    /// This database's records go (or went) to another one.
    To,
}

/// How far a move is, as its two databases remember it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveState {
    /// Records are copied table by table, each in the order of its key.
    Copying,
    /// Every record was copied once; changes are brought after.
    Following,
    /// Verified and over.
    Done,
}

/// What a database remembers of a move; at most one for each direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveMark {
    pub direction: Direction,
    pub state: MoveState,
    /// What an operator calls the other database. Never with a password.
    pub other: String,
    /// The same in both databases of one move, and in no other move.
    pub id: [u8; 32],
    pub at: Timestamp,
}

macro_rules! words {
    ($type:ident { $($name:ident = $text:literal),* }) => {
        impl $type {
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
            pub fn from_text(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}
words!(Direction { From = "from", To = "to" });
words!(MoveState { Copying = "copying", Following = "following", Done = "done" });

/// A record that was written or deleted while changes were captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What the engine knows this note by, for [`Moves::forget_captured`].
    pub id: Vec<u8>,
    pub table: Table,
    pub key: Key,
}

#[async_trait]
pub trait Moves: Send + Sync {
    /// At most `limit` records of the table whose keys are greater than `after`, in the order of their keys.
    async fn records_after(&self, table: Table, after: Option<Key>, limit: u32) -> StoreResult<Vec<Record>>;

    /// The records that stand under these keys, in any order; a key without a record is left out.
    async fn records_of(&self, table: Table, keys: Vec<Key>) -> StoreResult<Vec<Record>>;

    /// The greatest key of the table.
    async fn last_key(&self, table: Table) -> StoreResult<Option<Key>>;

    async fn count_records(&self, table: Table) -> StoreResult<u64>;

    /// Writes the records, all or none. Each takes the place of the record with its key, and of any other record that
    /// has the same value in a unique column: that one is out of date.
    async fn put_records(&self, table: Table, records: Vec<Record>) -> StoreResult<()>;

    /// Deletes the records that stand under these keys, all or none.
    async fn delete_records(&self, table: Table, keys: Vec<Key>) -> StoreResult<()>;

    async fn move_marks(&self) -> StoreResult<Vec<MoveMark>>;

    /// Replaces the mark of this direction.
    async fn set_move_mark(&self, mark: MoveMark) -> StoreResult<()>;

    async fn clear_move_mark(&self, direction: Direction) -> StoreResult<()>;

    /// From here on the database notes the key of every record that is written or deleted, by whatever node, in the
    /// same transaction. Goes on with the notes that are there when changes are captured already. Needs the rights of
    /// the schema's owner.
    async fn start_capture(&self) -> StoreResult<()>;

    /// Notes that were not forgotten yet, at most `limit`; none when there is none. A record may be noted more
    /// than once, and in any order: what counts is how it stands when it is read after this.
    async fn captured(&self, limit: u32) -> StoreResult<Vec<Change>>;

    /// Forgets these notes, which the last call of [`Moves::captured`] returned. A change of the same record that was
    /// noted since stays noted.
    async fn forget_captured(&self, changes: Vec<Change>) -> StoreResult<()>;

    /// Notes nothing any more; what was noted can still be read. Where nothing is noted for a capture (the engine keeps
    /// a log anyway) there is nothing to do.
    async fn halt_capture(&self) -> StoreResult<()> {
        Ok(())
    }

    /// Notes nothing any more and forgets every note. Nothing of the capture is left in the database.
    async fn stop_capture(&self) -> StoreResult<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_differ_in_any_cell_or_table_have_different_digests() {
        let key = |generation, kid: &str| {
            let text = Cell::Text(kid.to_owned());
            Record(vec![Cell::Int(generation), text, Cell::Bytes(vec![1, 2]), Cell::Null])
        };
        let all = [
            key(1, "ab").digest(Table::SigningKeys),
            key(2, "ab").digest(Table::SigningKeys),
            key(1, "abc").digest(Table::SigningKeys),
            key(1, "ab").digest(Table::Audit),
            Record(vec![Cell::Text("1".to_owned())]).digest(Table::SigningKeys),
            Record(vec![Cell::Bytes(b"1".to_vec())]).digest(Table::SigningKeys),
            Record(vec![Cell::Text(String::new())]).digest(Table::SigningKeys),
            Record(vec![Cell::Null]).digest(Table::SigningKeys),
        ];
        let different: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }
}
