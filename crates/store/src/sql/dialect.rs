//! What the SQL databases write differently. Nothing outside this file asks which database it is.

/// The words of one database.
#[derive(Debug)]
pub(crate) struct Dialect {
    /// What the words in braces of `schema.rs` stand for.
    pub types: &'static [(&'static str, &'static str)],
    /// Appended to a `SELECT` whose row must not change until the transaction ends.
    pub row_lock: &'static str,
    /// Appended to an `INSERT` that may meet a row with the same key.
    pub unless_taken: &'static str,
    /// Counts an attempt on a counter that allows it: (key, first, now, now, step, highest), one row or none changed.
    pub count_attempt: &'static str,
    /// The names of all tables in the database.
    pub tables: &'static str,
    /// Marks an empty database as ours, beside the table of steps.
    pub claim: Option<&'static str>,
    pub capture: Capture,
}

/// How a trigger notes the key of a row that was written.
#[derive(Debug)]
pub(crate) struct Capture {
    /// An expression for 16 bytes that no other note has.
    pub new_id: &'static str,
    /// The names of all triggers in the database.
    pub triggers: &'static str,
    /// Make the trigger {name} that runs {note} after an {event} of a row of {table}.
    pub create: &'static [&'static str],
    /// Takes the trigger {name} away, if it is there.
    pub drop: &'static str,
}

/// `doorstep` for SQLite's header (`PRAGMA application_id`): "DSTP". `file(1)` and other programs can see whose file it is.
pub(crate) const APPLICATION_ID: i32 = 0x4453_5450;

pub(crate) const SQLITE: Dialect = Dialect {
    types: &[
        ("{id}", "BLOB"),
        ("{hash}", "BLOB"),
        ("{key}", "BLOB"),
        ("{bytes}", "BLOB"),
        ("{text}", "TEXT"),
        ("{word}", "TEXT"),
        ("{int}", "INTEGER"),
        // A table that is its primary key's tree: one walk to a row instead of two.
        ("{clustered}", "WITHOUT ROWID"),
    ],
    // `BEGIN IMMEDIATE` holds off every other writer already.
    row_lock: "",
    unless_taken: " ON CONFLICT DO NOTHING",
    count_attempt: "INSERT INTO attempts (attempt_key, free_at) VALUES (?, ?) ON CONFLICT (attempt_key) DO UPDATE \
                    SET free_at = CASE WHEN attempts.free_at > ? THEN attempts.free_at ELSE ? END + ? \
                    WHERE attempts.free_at <= ?",
    tables: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite|_%' ESCAPE '|'",
    claim: Some("PRAGMA application_id = 1146311760"),
    capture: Capture {
        new_id: "randomblob(16)",
        triggers: "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
        create: &["CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {note}; END"],
        drop: "DROP TRIGGER IF EXISTS {name}",
    },
};

impl Dialect {
    /// The statement with this database's words.
    pub(crate) fn spell(&self, template: &str) -> String {
        self.types.iter().fold(template.to_owned(), |text, (word, spelling)| text.replace(word, spelling))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_claim_writes_the_application_id() {
        assert_eq!(SQLITE.claim, Some(format!("PRAGMA application_id = {APPLICATION_ID}").as_str()));
    }
}
