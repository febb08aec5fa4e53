//! The tables of a shop, as data: everything that is derived from them (schema, statements, documents, erasure, export, purge,
//! move) reads it here.
//!
//! A new table is a variant, a line in [`Table::ALL`] and in [`Table::definition`], its definition in a file of this folder, and the
//! steps in `steps.rs` that make it.

mod account;
mod definition;
mod operation;

pub use definition::{Column, Definition, InExport, Index, Kind, OnErase, Purge};

/// A table, or whatever an engine keeps its records in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    SigningKeys,
    Customers,
    Credentials,
    Addresses,
    Sessions,
    UsedRefreshes,
    Challenges,
    Idempotency,
    Attempts,
    Audit,
    Outbox,
    /// What the database remembers of a move. It belongs to the database, not to the shop: nothing moves it.
    Moves,
}

impl Table {
    /// The tables of a shop, in the order in which they are moved.
    pub const ALL: [Self; 11] = [
        Self::SigningKeys,
        Self::Customers,
        Self::Credentials,
        Self::Addresses,
        Self::Sessions,
        Self::UsedRefreshes,
        Self::Challenges,
        Self::Idempotency,
        Self::Attempts,
        Self::Audit,
        Self::Outbox,
    ];

    pub const fn definition(self) -> &'static Definition {
        match self {
            Self::SigningKeys => &operation::SIGNING_KEYS,
            Self::Customers => &account::CUSTOMERS,
            Self::Credentials => &account::CREDENTIALS,
            Self::Addresses => &account::ADDRESSES,
            Self::Sessions => &account::SESSIONS,
            Self::UsedRefreshes => &account::USED_REFRESHES,
            Self::Challenges => &account::CHALLENGES,
            Self::Idempotency => &operation::IDEMPOTENCY,
            Self::Attempts => &operation::ATTEMPTS,
            Self::Audit => &operation::AUDIT,
            Self::Outbox => &operation::OUTBOX,
            Self::Moves => &operation::MOVES,
        }
    }

    pub const fn name(self) -> &'static str {
        self.definition().name
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    pub const fn columns(self) -> &'static [Column] {
        self.definition().columns
    }

    /// The column of this name, and its place.
    pub(crate) fn column(self, name: &str) -> Option<(usize, &'static Column)> {
        self.columns().iter().enumerate().find(|(_, column)| column.name == name)
    }

    /// The columns of the primary key: the first ones.
    pub fn key_columns(self) -> &'static [Column] {
        &self.columns()[..self.definition().key]
    }

    /// The places of the columns that are unique besides the key.
    pub fn unique_columns(self) -> impl Iterator<Item = usize> {
        let unique = self.definition().indexes.iter().filter(|index| index.unique);
        unique.filter_map(move |index| self.column(index.columns[0]).map(|(place, _)| place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an operator must know of each table.
    #[test]
    fn the_guide_names_every_table() {
        let guide = include_str!("../../../../docs/guides/data.md");
        for table in Table::ALL.into_iter().chain([Table::Moves]) {
            assert!(
                guide.contains(&format!("| `{}` |", table.name())),
                "{table:?} is not in docs/guides/data.md"
            );
        }
    }

    #[test]
    fn what_a_table_names_are_columns_of_it() {
        for table in Table::ALL.into_iter().chain([Table::Moves]) {
            let Definition { key, indexes, owner, on_erase, purge, .. } = table.definition();
            let mut named: Vec<&str> = indexes.iter().flat_map(|index| index.columns).copied().collect();
            named.extend(owner);
            if let OnErase::Empty(columns) = on_erase {
                named.extend(*columns);
                assert!(
                    columns.iter().all(|name| table.column(name).is_some_and(|(_, column)| column.optional))
                );
            }
            if let Purge::Before(column, _) = purge {
                named.push(column);
            }
            for name in named {
                assert!(table.column(name).is_some(), "{table:?} has no column {name}");
            }
            assert!((1..=2).contains(key), "{table:?}");
            // Erasing finds them by their owner: whoever has one says more than nothing, and whoever has none says nothing.
            assert!(owner.is_some() || matches!(on_erase, OnErase::Nothing { .. }), "{table:?}");
            assert!(indexes.iter().all(|index| !index.unique || index.columns.len() == 1), "{table:?}");
        }
    }

    #[test]
    fn what_came_later_can_be_missing() {
        for table in Table::ALL {
            for column in table.columns().iter().filter(|column| column.since > 0) {
                assert!(column.optional || column.default.is_some(), "{table:?}.{}", column.name);
            }
        }
    }

    #[test]
    fn the_tables_stand_in_their_order() {
        for (place, table) in Table::ALL.into_iter().enumerate() {
            assert_eq!(table as usize, place);
        }
        assert_eq!(Table::Moves as usize, Table::ALL.len());
    }
}
