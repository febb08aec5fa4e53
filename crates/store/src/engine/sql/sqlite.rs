//! SQLite: readers in place on the caller's task, one writer on a thread of its own.
//!
//! A point read takes microseconds, less than handing it to another thread would: see `docs/decisions/sql-tool.md`.
//! A commit waits for the disk, so all writes that wait for it share one: see [`writer`].

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Error, ErrorCode, ToSql};
use tokio::sync::{mpsc, oneshot};

use super::db::{self, Read};
use super::dialect::{self, Dialect};
use super::value::Value;
use crate::{OpenError, StoreError, StoreResult};

mod copy;
mod job;
mod open;
mod reserve;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use copy::copy;

pub(super) use job::Job;

/// How many writes may wait in the queue; more wait in front of it.
const QUEUE: usize = 1024;

thread_local! {
    /// Which reader this thread tries first.
    static SEAT: usize = {
        static TAKEN: AtomicUsize = AtomicUsize::new(0);
        TAKEN.fetch_add(1, Ordering::Relaxed)
    };
}

pub(crate) struct Sqlite {
    readers: Vec<Mutex<Option<Connection>>>,
    queue: mpsc::Sender<writer::Message>,
    in_doubt: Arc<AtomicBool>,
}

impl Sqlite {
    pub fn open(path: &str) -> Result<Self, OpenError> {
        let file = open::prepare(path)?;
        let connect = |role| open::connect(&file, role).map_err(|cause| open::refused(path, &cause));
        let writing = connect(open::Role::Writer)?;
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let readers: Result<Vec<_>, OpenError> =
            (0..2 * cores).map(|_| Ok(Mutex::new(Some(connect(open::Role::Reader)?)))).collect();
        let (queue, jobs) = mpsc::channel(QUEUE);
        let in_doubt = Arc::new(AtomicBool::new(false));
        start_writer(writing, file, jobs, in_doubt.clone()).map_err(|cause| open::refused(path, &cause))?;
        Ok(Self { readers: readers?, queue, in_doubt })
    }

    #[expect(clippy::unused_self, reason = "other engines know their dialect only at run time")]
    pub fn dialect(&self) -> &'static Dialect {
        &dialect::SQLITE
    }

    /// A flush to the disk failed, and the writer has not been able to prove another one since.
    pub fn is_in_doubt(&self) -> bool {
        self.in_doubt.load(Ordering::Acquire)
    }

    /// Runs `work` on a free reader, here and now.
    pub fn read<T>(&self, work: impl FnOnce(&Connection) -> StoreResult<T>) -> StoreResult<T> {
        match &*self.reader() {
            Some(connection) => work(connection),
            None => Err(closed()),
        }
    }

    /// Each thread begins with a reader of its own, whose cache it knows. There are more readers than threads that
    /// run tasks, and nobody holds one across an await: one is free nearly always, and soon otherwise.
    fn reader(&self) -> MutexGuard<'_, Option<Connection>> {
        let start = SEAT.with(|seat| *seat);
        for offset in 0..self.readers.len() {
            match self.readers[(start + offset) % self.readers.len()].try_lock() {
                Ok(reader) => return reader,
                Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        self.readers[start % self.readers.len()].lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub async fn submit(&self, job: Job) -> StoreResult<()> {
        self.queue.send(writer::Message::Job(job)).await.map_err(|_| closed())
    }

    /// Empties the write-ahead log, as far as other processes let it.
    pub async fn tidy(&self) {
        let (done, tidied) = oneshot::channel();
        if self.queue.send(writer::Message::Tidy(done)).await.is_ok() {
            // An error says that the writer has gone.
            let _ = tidied.await;
        }
    }

    pub async fn close(&self) {
        let (done, closing) = oneshot::channel();
        if self.queue.send(writer::Message::Close(done)).await.is_ok() {
            // An error says that the writer has gone already.
            let _ = closing.await;
        }
        for reader in &self.readers {
            reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }
}

fn start_writer(
    connection: Connection,
    file: PathBuf,
    jobs: mpsc::Receiver<writer::Message>,
    in_doubt: Arc<AtomicBool>,
) -> std::io::Result<()> {
    let tx = Tx { connection, file };
    let writer = writer::Writer::new(tx, in_doubt);
    std::thread::Builder::new().name("sqlite-writer".to_owned()).spawn(move || writer.run(jobs))?;
    Ok(())
}

/// The writer's connection. It owns it, so that a transaction needs no lifetime and other drivers' fit the same shape.
pub(crate) struct Tx {
    connection: Connection,
    file: PathBuf,
}

impl Tx {
    #[expect(clippy::unused_self, reason = "other engines know their dialect only at run time")]
    pub fn dialect(&self) -> &'static Dialect {
        &dialect::SQLITE
    }

    pub fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> StoreResult<u64> {
        self.still_open()?;
        execute(&self.connection, sql, values)
    }

    pub fn one<T>(&mut self, sql: &str, values: &[Value<'_>], read: impl Read<T>) -> StoreResult<Option<T>> {
        self.still_open()?;
        one(&self.connection, sql, values, read)
    }

    pub fn all<T>(&mut self, sql: &str, values: &[Value<'_>], read: impl Read<T>) -> StoreResult<Vec<T>> {
        self.still_open()?;
        all(&self.connection, sql, values, read)
    }

    /// A full disk makes SQLite roll back by itself; a statement after that would commit alone.
    fn still_open(&self) -> StoreResult<()> {
        if self.connection.is_autocommit() {
            return Err(StoreError::Unavailable("the transaction was rolled back".to_owned()));
        }
        Ok(())
    }
}

fn execute(connection: &Connection, sql: &str, values: &[Value<'_>]) -> StoreResult<u64> {
    let mut statement = prepare(connection, sql, values)?;
    let changed = statement.raw_execute().map_err(failure)?;
    Ok(changed as u64)
}

pub(super) fn one<T>(
    connection: &Connection,
    sql: &str,
    values: &[Value<'_>],
    read: impl Read<T>,
) -> StoreResult<Option<T>> {
    let mut statement = prepare(connection, sql, values)?;
    let mut rows = statement.raw_query();
    rows.next()
        .map_err(failure)?
        .map(|row| read(&mut db::Row(db::AnyRow::Sqlite(Row { row, next: 0 }))))
        .transpose()
}

pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    values: &[Value<'_>],
    read: impl Read<T>,
) -> StoreResult<Vec<T>> {
    let mut statement = prepare(connection, sql, values)?;
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(failure)? {
        found.push(read(&mut db::Row(db::AnyRow::Sqlite(Row { row, next: 0 })))?);
    }
    Ok(found)
}

fn prepare<'c>(
    connection: &'c Connection,
    sql: &str,
    values: &[Value<'_>],
) -> StoreResult<rusqlite::CachedStatement<'c>> {
    let mut statement = connection.prepare_cached(sql).map_err(failure)?;
    for (value, place) in values.iter().zip(1..) {
        statement.raw_bind_parameter(place, value).map_err(failure)?;
    }
    Ok(statement)
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

pub(crate) struct Row<'r> {
    row: &'r rusqlite::Row<'r>,
    next: usize,
}

impl Row<'_> {
    pub fn int(&mut self) -> StoreResult<Option<i64>> {
        match self.column()? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(number) => Ok(Some(number)),
            other => Err(unexpected(&other)),
        }
    }

    pub fn text(&mut self) -> StoreResult<Option<&str>> {
        match self.column()? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(text) => {
                let text = std::str::from_utf8(text);
                text.map(Some).map_err(|_| StoreError::Corrupt("text that is not UTF-8".to_owned()))
            }
            other => Err(unexpected(&other)),
        }
    }

    pub fn bytes(&mut self) -> StoreResult<Option<&[u8]>> {
        match self.column()? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Ok(Some(bytes)),
            other => Err(unexpected(&other)),
        }
    }

    fn column(&mut self) -> StoreResult<ValueRef<'_>> {
        let column = self.next;
        self.next += 1;
        self.row.get_ref(column).map_err(failure)
    }
}

fn unexpected(value: &ValueRef<'_>) -> StoreError {
    StoreError::Corrupt(format!("a column of type {}", value.data_type()))
}

fn closed() -> StoreError {
    StoreError::Unavailable("the database was closed".to_owned())
}

/// What SQLite says, and what to do where another program is the cause.
fn said(error: &Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy) => format!(
            "{error}. Another program keeps it so (a shell or a viewer with a transaction that is open, a copy): close that"
        ),
        _ => error.to_string(),
    }
}

/// SQLite's messages name tables and columns, never values, so that they may be logged.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn failure(error: Error) -> StoreError {
    let passing = matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::SystemIoFailure
                | ErrorCode::DiskFull
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::OutOfMemory
                | ErrorCode::OperationAborted
                | ErrorCode::OperationInterrupted
                | ErrorCode::FileLockingProtocolFailed
        )
    );
    if passing { StoreError::Unavailable(said(&error)) } else { StoreError::Corrupt(error.to_string()) }
}
