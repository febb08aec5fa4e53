//! Opening a SQLite file: whose it is, who may read it, and how it is used.

use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Error, ErrorCode, OpenFlags, ffi};

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

/// The file of this name, created when it is missing, and ours or empty.
pub(super) fn prepare(path: &str) -> Result<PathBuf, OpenError> {
    // Absolute, because SQLite would read a name like `file:…` as something else.
    let file = std::path::absolute(path).map_err(|cause| refused(path, &cause))?;
    create(&file).map_err(|cause| refused(path, &cause))?;
    // Looked at before the first setting is made: a foreign file stays as it is.
    if is_foreign(&file).map_err(|cause| refused(path, &cause))? {
        return Err(OpenError::Foreign { name: path.to_owned() });
    }
    Ok(file)
}

pub(super) fn refused(path: &str, cause: &dyn Display) -> OpenError {
    OpenError::Sqlite { path: path.to_owned(), cause: cause.to_string() }
}

/// A new file is its owner's alone, whatever the umask; SQLite gives `-wal` and `-shm` the same mode.
/// A file that exists keeps the mode that somebody gave it.
pub(super) fn create(file: &Path) -> std::io::Result<()> {
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
    let number = |sql| patiently(|| connection.query_row(sql, [], |row| row.get::<_, i32>(0)));
    let id = number("PRAGMA application_id")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    Ok(id != APPLICATION_ID && (id != 0 || tables != 0))
}

/// Never creates: a file that vanished must not come back empty. Never waits: see [`patiently`].
fn plain(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(Duration::ZERO)?;
    Ok(connection)
}

pub(super) fn connect(file: &Path, role: Role) -> rusqlite::Result<Connection> {
    let mut connection = plain(file)?;
    // WAL: readers see the last commit and wait for nobody.
    let mode: String = patiently(|| connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)))?;
    if mode != "wal" {
        let why = "its file system cannot share memory, as network drives cannot: put it on a local disk";
        return Err(Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CANTOPEN), Some(why.to_owned())));
    }
    connection.busy_handler(Some(wait))?;
    connection.set_prepared_statement_cache_capacity(128);
    // Without this, SQLite plans a join anew whenever its key is another one: 20 µs instead of 2.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // FULL: a commit is on the disk before anybody hears of it, also when the power fails.
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;
         PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF;",
    )?;
    // What is deleted is overwritten: an erased customer must not be readable in the file.
    connection.execute_batch("PRAGMA secure_delete = ON")?;
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

/// For the first words with a file: where two nodes switch a new one to WAL at once, SQLite tells one of
/// them "busy" without asking its busy handler.
fn patiently<T>(attempt: impl Fn() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    let mut tries = 0;
    loop {
        let outcome = attempt();
        let busy = matches!(&outcome, Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy));
        if !busy || !wait(tries) {
            return outcome;
        }
        tries += 1;
    }
}
