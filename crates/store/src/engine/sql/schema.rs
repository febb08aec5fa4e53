//! The steps as statements. The words in braces are spelled by the dialect.

use crate::steps::{Change, STEPS_TABLE, Step};
use crate::tables::{Column, Kind};
use crate::{StoreError, StoreResult, Table};

const CUSTOMERS: &str = Table::Customers.name();

pub(crate) fn create_steps_table() -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS {STEPS_TABLE} (step {{int}} NOT NULL PRIMARY KEY, taken_at {{int}} NOT NULL)"
    )
}

/// The one statement of a step.
pub(super) fn statement(step: &Step) -> StoreResult<String> {
    Ok(match step.change {
        Change::CreateTable(table) => create_table(table, step.number),
        Change::AddIndex(table, name) => add_index(table, name)?,
        Change::AddColumn(table, name) => {
            let columns: Vec<_> = table.definition().columns_at(step.number).collect();
            let column = columns.iter().find(|column| column.name == name);
            let column = column.ok_or_else(|| unknown(table, name))?;
            format!("ALTER TABLE {} ADD COLUMN {}", table.name(), define(column))
        }
        Change::FencePasswords => {
            format!("ALTER TABLE {CUSTOMERS} RENAME COLUMN password_hash TO former_password_hash")
        }
        Change::MovePasswords => format!(
            "INSERT INTO {} (customer, id, kind, data, counter, created_at) \
             SELECT id, id, 'password', former_password_hash, 0, created_at FROM {CUSTOMERS}",
            Table::Credentials.name()
        ),
        Change::DropPasswords => format!("ALTER TABLE {CUSTOMERS} DROP COLUMN former_password_hash"),
        Change::AddToSteps { column, is_number } => {
            let kind = if is_number { "{int}" } else { "{word}" };
            format!("ALTER TABLE {STEPS_TABLE} ADD COLUMN {column} {kind}")
        }
    })
}

fn create_table(table: Table, step: i64) -> String {
    let mut parts: Vec<_> = table.definition().columns_at(step).map(define).collect();
    let key: Vec<_> = table.key_columns().iter().map(|column| column.name).collect();
    parts.push(format!("PRIMARY KEY ({})", key.join(", ")));
    format!("CREATE TABLE {} ({}) {{clustered}}", table.name(), parts.join(", "))
}

fn add_index(table: Table, name: &str) -> StoreResult<String> {
    let index = table.definition().indexes.iter().find(|index| index.name == name);
    let index = index.ok_or_else(|| unknown(table, name))?;
    let unique = if index.unique { "UNIQUE " } else { "" };
    Ok(format!("CREATE {unique}INDEX {name} ON {} ({})", table.name(), index.columns.join(", ")))
}

fn define(column: &Column) -> String {
    let kind = match column.kind {
        Kind::Int | Kind::Bool => "{int}",
        Kind::Text => "{text}",
        Kind::Word => "{word}",
        Kind::Id => "{id}",
        Kind::Hash => "{hash}",
        Kind::Bytes => "{bytes}",
        Kind::TextAsBytes => "{key}",
    };
    let must = if column.optional { "" } else { " NOT NULL" };
    let default = column.default.map(|number| format!(" DEFAULT {number}")).unwrap_or_default();
    format!("{} {kind}{must}{default}", column.name)
}

fn unknown(table: Table, name: &str) -> StoreError {
    StoreError::Corrupt(format!("no table {} has {name} at this step", table.name()))
}
