//! Change capture by triggers: whatever node writes a record, its key is noted in the same transaction.
//!
//! A note has an id of its own. So a writer that commits late has its own note, and forgetting the notes that were read
//! forgets nothing else. Notes come back in no order: who reads the record after the note reads how it stands.

use crate::engine::sql::SqlStore;
use crate::engine::sql::db::Row;
use crate::engine::sql::rows::text;
use crate::engine::sql::value::{Value, values};
use crate::{Cell, Change, Column, Key, Kind, StoreError, StoreResult, Table};

const NOTES: &str = "captured_changes";
/// The columns of a note: an integer of the key and up to two others, which no table has more of.
const NOTE: &str = "id, of_table, key_number, key_first, key_second";
const KINDS: &str = "(id {id} NOT NULL PRIMARY KEY, of_table {word} NOT NULL, key_number {int}, key_first {bytes}, \
                     key_second {bytes}) {clustered}";
const EVENTS: [(&str, &str); 3] = [("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")];
const FORGET: [usize; 4] = [256, 32, 4, 1];

impl SqlStore {
    /// One by one and only what is missing, because not every database takes back a half-done definition.
    pub(super) async fn create_triggers(&self) -> StoreResult<()> {
        let dialect = self.db.dialect();
        // Asked first: MariaDB makes writers stumble over a `CREATE TABLE IF NOT EXISTS` of the table of notes.
        if !self.db.all(dialect.tables, &[], text).await?.iter().any(|table| table == NOTES) {
            self.db.define(dialect.spell(&format!("CREATE TABLE IF NOT EXISTS {NOTES} {KINDS}"))).await?;
        }
        let standing = self.db.all(dialect.capture.triggers, &[], text).await?;
        for (table, event, row) in triggers() {
            let name = name(table, event);
            if standing.contains(&name) {
                continue;
            }
            let note = note(table, row, dialect.capture.new_id);
            for template in dialect.capture.create {
                let words = [
                    ("{name}", name.as_str()),
                    ("{event}", event),
                    ("{table}", table.name()),
                    ("{note}", &note),
                ];
                let statement = words.iter().fold((*template).to_owned(), |text, (w, s)| text.replace(w, s));
                self.db.define(statement).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn drop_triggers(&self) -> StoreResult<()> {
        for (table, event, _) in triggers() {
            self.db.define(self.db.dialect().capture.drop.replace("{name}", &name(table, event))).await?;
        }
        Ok(())
    }

    pub(super) async fn drop_notes(&self) -> StoreResult<()> {
        self.db.define(format!("DROP TABLE IF EXISTS {NOTES}")).await
    }

    pub(super) async fn notes(&self, limit: u32) -> StoreResult<Vec<Change>> {
        let notes = format!("SELECT {NOTE} FROM {NOTES} LIMIT ?");
        self.db.all(&notes, values![limit], change).await
    }

    pub(super) async fn forget_notes(&self, changes: Vec<Change>) -> StoreResult<()> {
        let job = self.db.write(changes, |tx, changes| {
            Box::pin(async move {
                let mut rest = &changes[..];
                for length in FORGET {
                    while rest.len() >= length {
                        let (forgotten, others) = rest.split_at(length);
                        let ids: Vec<_> = forgotten.iter().map(|change| Value::Bytes(&change.id)).collect();
                        let places = vec!["?"; length].join(", ");
                        let forget = format!("DELETE FROM {NOTES} WHERE id IN ({places})");
                        tx.execute(&forget, &ids).await?;
                        rest = others;
                    }
                }
                Ok(())
            })
        });
        job.await
    }
}

fn triggers() -> impl Iterator<Item = (Table, &'static str, &'static str)> {
    Table::ALL.into_iter().flat_map(|table| EVENTS.map(|(event, row)| (table, event, row)))
}

fn name(table: Table, event: &str) -> String {
    format!("note_{}_{event}", table.name())
}

/// The statement that a trigger runs: notes the key of the row.
fn note(table: Table, row: &str, new_id: &str) -> String {
    let (numbers, others): (Vec<_>, Vec<_>) =
        table.key_columns().iter().partition(|column| column.kind == Kind::Int);
    let value = |column: Option<&&Column>| column.map_or("NULL".to_owned(), |c| format!("{row}.{}", c.name));
    format!(
        "INSERT INTO {NOTES} ({NOTE}) \
         VALUES ({new_id}, '{}', {}, {}, {})",
        table.name(),
        value(numbers.first()),
        value(others.first()),
        value(others.get(1))
    )
}

fn change(row: &mut Row<'_>) -> StoreResult<Change> {
    let id = row.array::<16>()?.to_vec();
    let table = row.word(Table::from_name)?;
    let number = row.moment_if_any()?.map(|number| Cell::Int(number.as_millis()));
    let mut others = Vec::new();
    for column in table.key_columns().iter().filter(|column| column.kind != Kind::Int) {
        let bytes = match column.kind {
            Kind::Hash => row.array::<32>()?.to_vec(),
            _ => row.array::<16>()?.to_vec(),
        };
        others.push(Cell::Bytes(bytes));
    }
    let mut others = others.into_iter();
    let cells: Vec<_> = (table.key_columns().iter())
        .filter_map(|column| if column.kind == Kind::Int { number.clone() } else { others.next() })
        .collect();
    if cells.len() == table.key_columns().len() {
        Ok(Change { id, table, key: Key(cells) })
    } else {
        Err(StoreError::Corrupt(format!("a note of {} without its key", table.name())))
    }
}
