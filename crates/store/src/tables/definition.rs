//! What a table says of itself. Nothing here knows an engine.

use crate::Retention;

/// A table, or whatever an engine keeps its records in.
#[derive(Debug)]
pub struct Definition {
    pub name: &'static str,
    /// Those of the primary key come first. Ids and hashes have one length each, so that every database sorts them alike.
    pub columns: &'static [Column],
    /// How many of the columns are the primary key: one or two.
    pub key: usize,
    /// Columns that a later step took away.
    pub former: &'static [Column],
    pub indexes: &'static [Index],
    /// The column that names the customer whose records they are.
    pub owner: Option<&'static str>,
    pub on_erase: OnErase,
    pub in_export: InExport,
    pub purge: Purge,
}

impl Definition {
    /// The columns that the table had right after a step.
    pub fn columns_at(&self, step: i64) -> impl Iterator<Item = &'static Column> {
        let standing = self.columns.iter().filter(move |column| column.since <= step);
        standing.chain(self.former.iter().filter(move |column| column.since <= step && column.until > step))
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Int,
    /// A truth: 0 or 1 in a [`Cell::Int`](crate::Cell::Int).
    Bool,
    Text,
    /// A short text that stands for one of ours.
    Word,
    /// 16 bytes.
    Id,
    /// 32 bytes.
    Hash,
    /// Any number of bytes.
    Bytes,
    /// UTF-8 that is kept as bytes, because it is compared as such.
    TextAsBytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    /// Whether it may be [`Cell::Null`](crate::Cell::Null).
    pub optional: bool,
    /// The step that made it; 0: it came with its table.
    pub since: i64,
    /// The step that took it away; 0: it stands.
    pub until: i64,
    /// What it is in a record that a binary wrote which did not know it. A column that came later and is not optional has one.
    pub default: Option<i64>,
}

/// A column that every record fills.
pub(super) const fn must(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, optional: false, since: 0, until: 0, default: None }
}

/// A column that may be empty.
pub(super) const fn may(name: &'static str, kind: Kind) -> Column {
    Column { optional: true, ..must(name, kind) }
}

impl Column {
    /// It came with this later step.
    #[must_use]
    pub const fn since(self, step: i64) -> Self {
        Self { since: step, ..self }
    }

    /// This later step took it away.
    #[must_use]
    pub const fn until(self, step: i64) -> Self {
        Self { until: step, ..self }
    }

    /// What it is where nobody has written it.
    #[must_use]
    pub const fn or(self, default: i64) -> Self {
        Self { default: Some(default), ..self }
    }
}

#[derive(Debug)]
pub struct Index {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    pub unique: bool,
    /// Documents need it because their key is one value; rows are found by the first column of their key anyway.
    pub only_documents: bool,
}

impl Index {
    pub const fn on(name: &'static str, columns: &'static [&'static str]) -> Self {
        Self { name, columns, unique: false, only_documents: false }
    }

    pub const fn unique(name: &'static str, columns: &'static [&'static str]) -> Self {
        Self { unique: true, ..Self::on(name, columns) }
    }

    pub const fn for_documents(name: &'static str, columns: &'static [&'static str]) -> Self {
        Self { only_documents: true, ..Self::on(name, columns) }
    }
}

/// What erasing a customer does to the records that [`Definition::owner`] gives to that customer.
#[derive(Clone, Copy, Debug)]
pub enum OnErase {
    Delete,
    /// These columns are emptied, the rest stays.
    Empty(&'static [&'static str]),
    Nothing {
        because: &'static str,
    },
}

/// Whether a customer's export shows the records.
#[derive(Clone, Copy, Debug)]
pub enum InExport {
    /// Under this name.
    As(&'static str),
    No {
        because: &'static str,
    },
}

/// What the house-keeping deletes.
#[derive(Clone, Copy, Debug)]
pub enum Purge {
    /// Records whose column is before what the retention says.
    Before(&'static str, fn(&Retention) -> i64),
    Nothing {
        because: &'static str,
    },
}
