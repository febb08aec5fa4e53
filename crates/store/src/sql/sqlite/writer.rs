//! The one writer: all writes that wait share a transaction, and so one flush to the disk.
//!
//! Each job has its own savepoint, so that one that fails takes back its own writes and nobody else's. Answers go
//! out after the commit: an outcome that a caller has seen is on the disk. A commit that fails leaves nothing behind and
//! every job of the group is told `Unavailable`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::{mpsc, oneshot};

use super::super::db::{Job, Tx};
use super::{execute, one, open};
use crate::StoreResult;

/// At most this many jobs share a commit, so that the first of them does not wait for too many others.
const GROUP: usize = 128;

pub(super) enum Message {
    Job(Box<dyn Job>),
    Tidy(oneshot::Sender<()>),
    Close(oneshot::Sender<()>),
}

/// Works until every sender has gone or a `Close` came, and what was queued before is done.
pub(super) fn run(mut tx: Tx, mut queue: mpsc::Receiver<Message>) {
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
        commit(&mut tx, group);
        if !tidying.is_empty() {
            tidy(&tx);
            // An error says that nobody waits any more.
            tidying.drain(..).for_each(|done| done.send(()).unwrap_or_default());
        }
    }
    // Before the answer: who waits for the closing may open the file again.
    drop(tx);
    for done in closing {
        let _ = done.send(());
    }
}

/// Moves the log into the database and empties it: until then it holds what was deleted. Where a reader of another
/// process is in the way, the next time will do.
fn tidy(tx: &Tx) {
    if let Err(error) = one(&tx.sqlite.connection, "PRAGMA wal_checkpoint(TRUNCATE)", &[], |_| Ok(())) {
        tracing::info!(%error, "the log could not be emptied; it will be tried again");
    }
}

fn commit(tx: &mut Tx, mut group: Vec<Box<dyn Job>>) {
    // Whoever gave up waiting would only learn that nothing is known: so nothing is done.
    group.retain(|job| !job.is_abandoned());
    if group.is_empty() {
        return;
    }
    let failure = transact(tx, &mut group).err().map(|error| error.to_string());
    if let Some(cause) = &failure {
        tracing::warn!(cause, jobs = group.len(), "a group of writes was not committed");
        settle(tx);
    }
    for job in group {
        job.answer(failure.as_deref());
    }
}

fn transact(tx: &mut Tx, group: &mut [Box<dyn Job>]) -> StoreResult<()> {
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

fn control(tx: &Tx, statement: &str) -> StoreResult<()> {
    execute(&tx.sqlite.connection, statement, &[]).map(|_| ())
}

/// Leaves the connection without a transaction, or takes a new one when it cannot be brought back.
fn settle(tx: &mut Tx) {
    if tx.sqlite.connection.is_autocommit() || control(tx, "ROLLBACK").is_ok() {
        return;
    }
    match open::connect(&tx.sqlite.file, open::Role::Writer) {
        Ok(connection) => tx.sqlite.connection = connection,
        Err(cause) => tracing::error!(%cause, "the writer cannot open its database again; it goes on trying"),
    }
}
