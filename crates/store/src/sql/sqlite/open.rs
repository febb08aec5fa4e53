//! Opening a SQLite file: whose it is, who may read it, and how it is used.

use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::super::dialect::APPLICATION_ID;
use crate::OpenError;

/// How long a write waits for another process that is writing, in milliseconds. A reader waits only for the
/// moment in which another process recovers or leaves the file.
const PATIENCE: i32 = 3000;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Role {
    Writer,
    Reader,
}

/// The file behind `sqlite:PATH`, created when it is missing, and ours or empty.
pub(super) fn prepare(path: &str) -> Result<PathBuf, OpenError> {
    let name = path.strip_prefix("//").unwrap_or(path);
    if name.is_empty() || name == ":memory:" || name.contains('?') {
        let cause = "it must be the plain name of a file (no :memory:, no ?options)";
        return Err(refused(path, &cause));
    }
    // Absolute, because SQLite would read a name like `file:…` as something else.
    let file = std::path::absolute(name).map_err(|cause| refused(path, &cause))?;
    create(&file).map_err(|cause| refused(path, &cause))?;
    // Looked at before the first setting is made: a foreign file stays as it is.
    if is_foreign(&file).map_err(|cause| refused(path, &cause))? {
        return Err(OpenError::Foreign { path: path.to_owned() });
    }
    Ok(file)
}

pub(super) fn refused(path: &str, cause: &dyn Display) -> OpenError {
    OpenError::Sqlite { path: path.to_owned(), cause: cause.to_string() }
}

/// A new file is its owner's alone, whatever the umask; SQLite gives `-wal` and `-shm` the same mode.
/// A file that exists keeps the mode that somebody gave it.
fn create(file: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other.and_then(|created| own(&created)),
    }
}

#[cfg(unix)]
fn own(created: &std::fs::File) -> std::io::Result<()> {
    created.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))
}

#[cfg(not(unix))]
fn own(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

fn is_foreign(file: &Path) -> rusqlite::Result<bool> {
    let connection = plain(file)?;
    let id: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(id != APPLICATION_ID && (id != 0 || tables != 0))
}

/// Never creates: a file that vanished must not come back empty.
fn plain(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags)?;
    connection.busy_handler(Some(wait))?;
    Ok(connection)
}

pub(super) fn connect(file: &Path, role: Role) -> rusqlite::Result<Connection> {
    let connection = plain(file)?;
    connection.set_prepared_statement_cache_capacity(128);
    // FULL: a commit is on the disk before anybody hears of it, also when the power fails.
    // WAL: readers see the last commit and wait for nobody.
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(rusqlite::Error::InvalidPath(file.to_owned()));
    }
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -4096; PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF;",
    )?;
    if role == Role::Reader {
        connection.execute_batch("PRAGMA query_only = ON")?;
    }
    Ok(connection)
}

/// Asks again every millisecond. SQLite's own waiting grows to 100 ms, in which a busy neighbour
/// takes the lock again and again.
fn wait(tries: i32) -> bool {
    std::thread::sleep(Duration::from_millis(1));
    tries < PATIENCE
}
