//! The statements of a transfer, made of a table's definition.

use crate::{Column, Table};

/// What picks the rows of a statement.
#[derive(Clone, Copy)]
pub(super) enum Where {
    Key,
    /// The unique column at this place.
    Unique(usize),
}

impl Where {
    /// Pieces of so few lengths that each has its prepared statement, and short enough for a chain of `OR`s.
    pub fn chunks<T>(self, table: Table, mut items: &[T]) -> Vec<&[T]> {
        let is_chain = matches!(self, Self::Key) && table.key_columns().len() > 1;
        let lengths: &[usize] = if is_chain { &[64, 8, 1] } else { &[256, 32, 4, 1] };
        let mut chunks = Vec::new();
        for length in lengths {
            while items.len() >= *length {
                let (chunk, rest) = items.split_at(*length);
                chunks.push(chunk);
                items = rest;
            }
        }
        chunks
    }

    fn condition(self, table: Table, count: usize) -> String {
        let one_of = |column: &Column| format!("{} IN ({})", column.name, repeat("?", ", ", count));
        match (self, table.key_columns()) {
            (Self::Unique(place), _) => one_of(&table.columns()[place]),
            (Self::Key, [column]) => one_of(column),
            (Self::Key, columns) => {
                let same: Vec<_> = columns.iter().map(|column| format!("{} = ?", column.name)).collect();
                repeat(&format!("({})", same.join(" AND ")), " OR ", count)
            }
        }
    }
}

fn repeat(word: &str, between: &str, count: usize) -> String {
    vec![word; count].join(between)
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

pub(super) fn select(table: Table, rows: Where, count: usize) -> String {
    let condition = rows.condition(table, count);
    format!("SELECT {} FROM {} WHERE {condition}", names(table.columns()), table.name())
}

pub(super) fn delete(table: Table, rows: Where, count: usize) -> String {
    format!("DELETE FROM {} WHERE {}", table.name(), rows.condition(table, count))
}

pub(super) fn insert(table: Table, count: usize) -> String {
    let row = format!("({})", repeat("?", ", ", table.columns().len()));
    let rows = repeat(&row, ", ", count);
    format!("INSERT INTO {} ({}) VALUES {rows}", table.name(), names(table.columns()))
}

pub(super) fn first(table: Table) -> String {
    let (columns, key) = (names(table.columns()), names(table.key_columns()));
    format!("SELECT {columns} FROM {} ORDER BY {key} LIMIT ?", table.name())
}

/// The keys greater than (first) or (first, first, second), then the limit. `first >= ?` alone is what an index can
/// seek by: no database does that well for `(first, second) > (?, ?)` and an `OR`.
pub(super) fn after(table: Table) -> String {
    let (columns, key) = (names(table.columns()), names(table.key_columns()));
    let condition = match table.key_columns() {
        [first, second] => format!("{0} >= ? AND ({0} > ? OR {1} > ?)", first.name, second.name),
        columns => format!("{} > ?", names(columns)),
    };
    format!("SELECT {columns} FROM {} WHERE {condition} ORDER BY {key} LIMIT ?", table.name())
}

pub(super) fn last_key(table: Table) -> String {
    let columns = table.key_columns();
    let down: Vec<_> = columns.iter().map(|column| format!("{} DESC", column.name)).collect();
    format!("SELECT {} FROM {} ORDER BY {} LIMIT 1", names(columns), table.name(), down.join(", "))
}
