//! The one writer: all writes that wait share a transaction, and so one flush to the disk.
//!
//! Each job has its own savepoint, so that one that fails takes back its own writes and nobody else's. Answers go
//! out after the commit: an outcome that a caller has seen is on the disk. A commit that fails leaves nothing behind and
//! every job of the group is told `Unavailable`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::ffi;
use tokio::sync::{mpsc, oneshot};

use super::super::dialect;
use super::job::Job;
use super::reserve::Reserve;
use super::{Tx, open, said};

/// At most this many jobs share a commit, so that the first of them does not wait for too many others.
const GROUP: usize = 128;

pub(super) enum Message {
    Job(Job),
    Tidy(oneshot::Sender<()>),
    Close(oneshot::Sender<()>),
}

pub(super) struct Writer {
    tx: Tx,
    reserve: Reserve,
    /// A flush failed, and none has succeeded since: see `docs/decisions/disk-faults.md`.
    in_doubt: Arc<AtomicBool>,
}

impl Writer {
    pub fn new(tx: Tx, in_doubt: Arc<AtomicBool>) -> Self {
        let reserve = Reserve::beside(&tx.file);
        Self { tx, reserve, in_doubt }
    }

    /// Works until every sender has gone or a `Close` came, and what was queued before is done.
    pub fn run(mut self, mut queue: mpsc::Receiver<Message>) {
        // A predecessor that was killed after a failed flush left a log of which memory may know more than the disk.
        if self.empty_log().is_err_and(|error| is_failed_flush(&error)) {
            self.in_doubt.store(true, Ordering::Release);
        }
        let mut closing = Vec::new();
        let mut tidying = Vec::new();
        while let Some(first) = queue.blocking_recv() {
            let mut group = Vec::new();
            let mut next = Some(first);
            while let Some(message) = next {
                match message {
                    Message::Job(job) => group.push(job),
                    Message::Tidy(done) => tidying.push(done),
                    Message::Close(done) => {
                        queue.close();
                        closing.push(done);
                    }
                }
                next = if group.len() < GROUP { queue.try_recv().ok() } else { None };
            }
            self.commit(group);
            if !tidying.is_empty() {
                self.tidy();
                // An error says that nobody waits any more.
                tidying.drain(..).for_each(|done| done.send(()).unwrap_or_default());
            }
        }
        // Before the answer: who waits for the closing may open the file again.
        drop(self);
        for done in closing {
            let _ = done.send(());
        }
    }

    /// Until the log is emptied it holds what was deleted. Where a reader of another process is in the way, the next
    /// time will do.
    fn tidy(&self) {
        if let Err(error) = self.empty_log() {
            tracing::info!(%error, "the log could not be emptied; it will be tried again");
        }
    }

    /// Moves the log into the database, flushes both, and cuts the log to nothing.
    fn empty_log(&self) -> rusqlite::Result<()> {
        self.tx.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }

    fn commit(&mut self, mut group: Vec<Job>) {
        // Whoever gave up waiting would only learn that nothing is known: so nothing is done.
        group.retain(|job| !job.is_abandoned());
        if group.is_empty() {
            return;
        }
        if self.in_doubt.load(Ordering::Acquire) && !self.prove_flush() {
            return refuse(group, "the disk failed to flush the database's log");
        }
        if !self.reserve.is_kept() {
            let (first, rest) = group.into_iter().partition(Job::may_use_reserve);
            refuse(rest, "the disk is full");
            group = first;
            if group.is_empty() {
                return;
            }
        }
        match transact(&mut self.tx, &mut group) {
            Ok(()) => group.into_iter().for_each(|job| job.answer(None)),
            Err(error) => {
                let why = said(&error);
                tracing::warn!(cause = why, jobs = group.len(), "a group of writes was not committed");
                if is_failed_flush(&error) {
                    self.in_doubt.store(true, Ordering::Release);
                }
                settle(&mut self.tx);
                refuse(group, &why);
            }
        }
    }

    /// After a failed flush the system forgets that it owes the disk those pages. So the log is carried into the
    /// database, cut to nothing, and a write that changes nothing must come through, before anything counts again.
    fn prove_flush(&mut self) -> bool {
        if let Err(error) = self.empty_log()
            && is_failed_flush(&error)
        {
            return false;
        }
        // SQLite writes the page also when the number stays.
        let proof = format!("PRAGMA application_id = {}", dialect::APPLICATION_ID);
        if let Err(error) = self.tx.connection.execute_batch(&proof) {
            tracing::warn!(cause = %error, "the database's log cannot be flushed to the disk");
            return false;
        }
        tracing::info!("the database's log is flushed to the disk again");
        self.in_doubt.store(false, Ordering::Release);
        true
    }
}

fn refuse(group: Vec<Job>, why: &str) {
    for job in group {
        job.answer(Some(why));
    }
}

/// What was written may be in memory and not on the disk.
fn is_failed_flush(error: &rusqlite::Error) -> bool {
    let code = match error {
        rusqlite::Error::SqliteFailure(failure, _) => failure.extended_code,
        _ => ffi::SQLITE_OK,
    };
    matches!(code, ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC | ffi::SQLITE_IOERR_WRITE)
}

fn transact(tx: &mut Tx, group: &mut [Job]) -> rusqlite::Result<()> {
    // Immediate: a deferred transaction that meets another writer half-way fails at once instead of waiting.
    control(tx, "BEGIN IMMEDIATE")?;
    for job in group {
        control(tx, "SAVEPOINT job")?;
        // A job that panics harms its own caller, who is told by its outcome that is missing.
        let keep = catch_unwind(AssertUnwindSafe(|| job.run(tx))).unwrap_or(false);
        if !keep {
            control(tx, "ROLLBACK TO job")?;
        }
        control(tx, "RELEASE job")?;
    }
    control(tx, "COMMIT")
}

fn control(tx: &Tx, statement: &str) -> rusqlite::Result<()> {
    tx.connection.prepare_cached(statement)?.raw_execute().map(drop)
}

/// Leaves the connection without a transaction, or takes a new one when it cannot be brought back.
fn settle(tx: &mut Tx) {
    if tx.connection.is_autocommit() || control(tx, "ROLLBACK").is_ok() {
        return;
    }
    match open::connect(&tx.file, open::Role::Writer) {
        Ok(connection) => tx.connection = connection,
        Err(cause) => tracing::error!(%cause, "the writer cannot open its database again; it goes on trying"),
    }
}
