//! What only SQLite's writer and files promise; the verbs' promises are `testkit::contract`'s.

use doorstep_base::Timestamp;
use tempfile::TempDir;

use crate::engine::sql::SqlStore;

mod files;
mod former;
mod migration;
mod plans;
mod writer;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn open(folder: &TempDir) -> SqlStore {
    SqlStore::open_sqlite(folder.path().join("shop.db").to_str().unwrap()).unwrap()
}

/// A connection as another program would have it.
fn outside(folder: &TempDir) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(folder.path().join("shop.db")).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
    connection
}
