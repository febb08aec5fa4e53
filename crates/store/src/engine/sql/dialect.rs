//! What the SQL databases write differently. Nothing outside this file asks which database it is.
//!
//! There are eight spellings of types and nine differences of statements (and four more for the triggers that
//! `doorstep move --follow` sets): every other statement runs as it is written on SQLite, PostgreSQL, MariaDB and
//! MySQL. None of them uses what distributed servers that speak the same language lack; a test below has the list.

use std::time::Duration;

/// So long at most a statement waits for a lock, however much time it has: whoever comes after it waits behind it.
const LOCK: Duration = Duration::from_secs(3);

/// The words of one database.
#[derive(Debug)]
pub(crate) struct Dialect {
    /// What the words in braces of `schema.rs` stand for.
    pub types: &'static [(&'static str, &'static str)],
    /// Appended to a `SELECT` whose row must not change until the transaction ends.
    pub row_lock: &'static str,
    /// Appended to an `INSERT` that may meet a row with the same key. Empty where the statement fails then, and the
    /// transaction goes on.
    pub unless_taken: &'static str,
    /// Opens a transaction on a server, with the words of `session`.
    pub begin: &'static str,
    /// Ends it. Nothing may break this off: a server that stopped waiting for its standby would call it done.
    pub commit: &'static str,
    /// What a server is told about a new connection: `{timeout}` and `{lock}` are milliseconds, `{seconds}` and
    /// `{lock seconds}` the same.
    pub session: &'static str,
    /// 1 where nothing can be written: a standby, or a primary that was demoted.
    pub is_read_only: &'static str,
    /// Whether a definition is taken back with its transaction, or commits by itself.
    pub defines_in_transactions: bool,
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
    begin: "BEGIN IMMEDIATE",
    commit: "COMMIT",
    session: "",
    is_read_only: "SELECT 0",
    defines_in_transactions: true,
    tables: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite|_%' ESCAPE '|'",
    claim: Some("PRAGMA application_id = 1146311760"),
    capture: Capture {
        new_id: "randomblob(16)",
        triggers: "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
        create: &["CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {note}; END"],
        drop: "DROP TRIGGER IF EXISTS {name}",
    },
};

pub(crate) const POSTGRES: Dialect = Dialect {
    types: &[
        ("{id}", "BYTEA"),
        ("{hash}", "BYTEA"),
        ("{key}", "BYTEA"),
        ("{bytes}", "BYTEA"),
        ("{text}", "TEXT"),
        ("{word}", "TEXT"),
        ("{int}", "BIGINT"),
        ("{clustered}", ""),
    ],
    row_lock: " FOR UPDATE",
    unless_taken: " ON CONFLICT DO NOTHING",
    // Deadlines, and: what was acknowledged survives, whatever this role or database is set to. Said in every transaction: behind a
    // pooler the next one is another session's.
    begin: "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('statement_timeout', '{timeout}', true), \
            set_config('lock_timeout', '{lock}', true), set_config('idle_in_transaction_session_timeout', '{timeout}', true); \
            SELECT set_config('synchronous_commit', 'on', true) \
            WHERE current_setting('synchronous_commit') IN ('off', 'local')",
    commit: "SET LOCAL statement_timeout = 0; COMMIT",
    is_read_only: "SELECT CASE WHEN pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' \
                   THEN 1 ELSE 0 END",
    // The third one ends the transaction of a client that cannot be reached any more, and frees its locks. The last two: every statement finds its
    // rows by an index, planned once. Left to itself the planner reads whole tables as long as they are small or were
    // never analysed, and plans a session check anew each time: that was a third of the checks in a second. What it was
    // told not to do has a cost at which it would compile a statement (`jit`) for seconds.
    session: "SET statement_timeout = {timeout}; SET lock_timeout = {lock}; \
              SET idle_in_transaction_session_timeout = {timeout}; \
              SELECT set_config(name, 'off', false) FROM pg_catalog.pg_settings \
              WHERE name IN ('enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit'); \
              SELECT set_config(name, 'force_generic_plan', false) FROM pg_catalog.pg_settings WHERE name = 'plan_cache_mode'",
    defines_in_transactions: true,
    tables: "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()",
    claim: None,
    capture: Capture {
        new_id: "uuid_send(gen_random_uuid())",
        triggers: "SELECT t.tgname FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid \
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                   WHERE NOT t.tgisinternal AND n.nspname = current_schema()",
        create: &[
            // With the rights of who moves: the role that serves has none on the notes.
            "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER \
             SET search_path FROM CURRENT AS $note$ BEGIN {note}; RETURN NULL; END $note$",
            "CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ],
        drop: "DROP FUNCTION IF EXISTS {name}() CASCADE",
    },
};

/// Text that is equal when its bytes are, spaces at the end too. The two servers have different names for it, and each
/// takes the other's `/*!80000 … */` or `/*M! … */` for a comment.
macro_rules! bytewise {
    () => {
        "CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */"
    };
}

/// MySQL and MariaDB.
pub(crate) const MYSQL: Dialect = Dialect {
    types: &[
        ("{id}", "BINARY(16)"),
        ("{hash}", "VARBINARY(32)"),
        ("{key}", "VARBINARY(512)"),
        ("{bytes}", "BLOB"),
        ("{text}", concat!("TEXT ", bytewise!())),
        ("{word}", concat!("VARCHAR(255) ", bytewise!())),
        ("{int}", "BIGINT"),
        ("{clustered}", "ENGINE = InnoDB"),
    ],
    row_lock: " FOR UPDATE",
    unless_taken: "",
    begin: "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION",
    commit: "COMMIT",
    is_read_only: "SELECT CASE WHEN CONCAT(@@global.read_only) IN ('0', 'OFF') AND @@global.innodb_read_only = 0 \
                   THEN 0 ELSE 1 END",
    // STRICT_ALL_TABLES: a value that does not fit is an error, never cut. wait_timeout is how long a client that
    // cannot be reached any more keeps its locks, and is longer than our connections stay idle.
    session: "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; \
              SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = {lock seconds}, \
              lock_wait_timeout = {lock seconds}, wait_timeout = 180 \
              /*!80000 , max_execution_time = {timeout} */ /*M! , max_statement_time = {seconds} */",
    defines_in_transactions: false,
    tables: "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()",
    claim: None,
    capture: Capture {
        new_id: "/*!80000 RANDOM_BYTES(16) */ /*M! UNHEX(REPLACE(UUID(), '-', '')) */",
        triggers: "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
        create: &["CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {note}"],
        drop: "DROP TRIGGER IF EXISTS {name}",
    },
};

impl Dialect {
    /// What a server is told about a new connection.
    pub(crate) fn session(&self, deadline: Duration) -> String {
        timed(self.session, deadline)
    }

    /// Opens a transaction that ends by the deadline.
    pub(crate) fn begin(&self, deadline: Duration) -> String {
        timed(self.begin, deadline)
    }

    /// The statement with this database's words.
    pub(crate) fn spell(&self, template: &str) -> String {
        self.types.iter().fold(template.to_owned(), |text, (word, spelling)| text.replace(word, spelling))
    }
}

fn timed(words: &str, deadline: Duration) -> String {
    let lock = deadline.min(LOCK);
    [
        ("{timeout}", deadline.as_millis()),
        ("{seconds}", deadline.as_secs().into()),
        ("{lock}", lock.as_millis()),
        ("{lock seconds}", lock.as_secs().into()),
    ]
    .iter()
    .fold(words.to_owned(), |text, (word, time)| text.replace(word, &(*time).max(1).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every line of code here that may be part of a statement, and where it stands.
    fn lines() -> Vec<(String, String)> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/engine/sql");
        let (mut lines, mut read) = (Vec::new(), 0);
        let mut folders = vec![std::path::PathBuf::from(folder)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                read += 1;
                let source = std::fs::read_to_string(&path).unwrap();
                let code = source.split("#[cfg(test)]").next().unwrap().lines().zip(1..);
                let code = code.filter(|(line, _)| !line.trim_start().starts_with("//"));
                lines.extend(
                    code.map(|(line, number)| (format!("{}:{number}", path.display()), line.to_owned())),
                );
            }
        }
        assert!(read > 20, "the sources of the statements are elsewhere now");
        lines
    }

    /// CockroachDB, YugabyteDB, TiDB and their like: ids and locks must not come from one place, and nested
    /// transactions, foreign keys and messages between sessions are missing or slow.
    #[test]
    fn no_statement_asks_for_what_distributed_databases_lack() {
        const LACKING: [&str; 13] = [
            "SERIAL ",
            "AUTO_INCREMENT",
            "NEXTVAL",
            "SEQUENCE",
            "ADVISORY",
            "GET_LOCK",
            "LISTEN ",
            "NOTIFY ",
            "SAVEPOINT",
            "FOREIGN KEY",
            "REFERENCES ",
            "LOCK TABLE",
            "TEMPORARY",
        ];
        // SQLite is never distributed: its driver nests transactions.
        for (place, line) in lines().into_iter().filter(|(place, _)| !place.contains("/sqlite/")) {
            let lacking = LACKING.iter().find(|word| line.contains(*word));
            assert_eq!(lacking, None, "{place}");
        }
    }

    /// A table is named by `crate::tables` alone.
    #[test]
    fn no_statement_names_a_table_itself() {
        let names: Vec<_> =
            crate::Table::ALL.iter().map(|table| table.name()).chain([crate::steps::STEPS_TABLE]).collect();
        for (place, line) in lines().into_iter().filter(|(place, _)| !place.contains("/tests/")) {
            for before in ["FROM ", "INTO ", "UPDATE ", "JOIN ", "TABLE "] {
                for after in line.split(before).skip(1) {
                    let word = after.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
                    assert!(!names.contains(&word.unwrap_or_default()), "{place}: {line}");
                }
            }
        }
    }

    #[test]
    fn every_dialect_spells_every_word_of_the_schema() {
        use crate::engine::sql::schema::{create_steps_table, statement};
        for dialect in [&SQLITE, &POSTGRES, &MYSQL] {
            let steps = crate::steps::STEPS.iter().map(|step| statement(step).unwrap());
            for template in steps.chain([create_steps_table()]) {
                let statement = dialect.spell(&template);
                assert!(!statement.contains(['{', '}']), "{statement}");
            }
        }
    }

    #[test]
    fn the_claim_writes_the_application_id() {
        assert_eq!(SQLITE.claim, Some(format!("PRAGMA application_id = {APPLICATION_ID}").as_str()));
    }
}
