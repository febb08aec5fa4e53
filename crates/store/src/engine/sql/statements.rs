//! The statements that are made of a table's definition.

use super::value::Value;
use crate::records::{Is, Order, Set};
use crate::{Cell, Column, Table};

/// What picks the rows of a statement by values of which there are many.
#[derive(Clone, Copy)]
pub(super) enum Where {
    Key,
    /// The column at this place.
    Column(usize),
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
            (Self::Column(place), _) => one_of(&table.columns()[place]),
            (Self::Key, [column]) => one_of(column),
            (Self::Key, columns) => {
                let same: Vec<_> = columns.iter().map(|column| format!("{} = ?", column.name)).collect();
                format!("({})", repeat(&format!("({})", same.join(" AND ")), " OR ", count))
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

/// All conditions, with a `?` for each value. What is always true where there is none.
pub(super) fn condition(which: &[Is]) -> String {
    let one = |is: &Is| match is {
        Is::Equal(column, _) => format!("{column} = ?"),
        Is::Not(column, _) => format!("{column} <> ?"),
        Is::Before(column, _) => format!("{column} < ?"),
        Is::AtMost(column, _) => format!("{column} <= ?"),
        Is::After(column, _) => format!("{column} > ?"),
        Is::Empty(column) => format!("{column} IS NULL"),
    };
    let all: Vec<_> = which.iter().map(one).collect();
    if all.is_empty() { "1 = 1".to_owned() } else { all.join(" AND ") }
}

/// The values of [`condition`].
pub(super) fn bound(which: &[Is]) -> impl Iterator<Item = Value<'_>> {
    which.iter().filter_map(|is| match is {
        Is::Equal(_, cell) | Is::Not(_, cell) => Some(value(cell)),
        Is::Before(_, number) | Is::AtMost(_, number) | Is::After(_, number) => Some(Value::Int(*number)),
        Is::Empty(_) => None,
    })
}

pub(super) fn value(cell: &Cell) -> Value<'_> {
    match cell {
        Cell::Null => Value::Null,
        Cell::Int(number) => Value::Int(*number),
        Cell::Text(text) => Value::Text(text),
        Cell::Bytes(bytes) => Value::Bytes(bytes),
    }
}

pub(super) fn find(table: Table, which: &[Is], order: &Order) -> String {
    let mut select =
        format!("SELECT {} FROM {} WHERE {}", names(table.columns()), table.name(), condition(which));
    for (place, (column, descending)) in order.by.iter().enumerate() {
        select += if place == 0 { " ORDER BY " } else { ", " };
        select += column;
        select += if *descending { " DESC" } else { "" };
    }
    if order.most.is_some() {
        select += " LIMIT ?";
    }
    select
}

pub(super) fn count(table: Table, which: &[Is]) -> String {
    format!("SELECT COUNT(*) FROM {} WHERE {}", table.name(), condition(which))
}

pub(super) fn add(table: Table, columns: &[(&'static str, Cell)]) -> String {
    let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
    let places = repeat("?", ", ", columns.len());
    format!("INSERT INTO {} ({}) VALUES ({places})", table.name(), names.join(", "))
}

pub(super) fn change(table: Table, which: &[Is], set: &[Set]) -> String {
    let one = |set: &Set| match set {
        Set::To(column, _) => format!("{column} = ?"),
        Set::Add(column, _) => format!("{column} = {column} + ?"),
    };
    let set: Vec<_> = set.iter().map(one).collect();
    format!("UPDATE {} SET {} WHERE {}", table.name(), set.join(", "), condition(which))
}

/// The values of [`change`], before those of its condition.
pub(super) fn becomes(set: &[Set]) -> impl Iterator<Item = Value<'_>> {
    set.iter().map(|set| match set {
        Set::To(_, cell) => value(cell),
        Set::Add(_, number) => Value::Int(*number),
    })
}

pub(super) fn remove(table: Table, which: &[Is]) -> String {
    format!("DELETE FROM {} WHERE {}", table.name(), condition(which))
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
