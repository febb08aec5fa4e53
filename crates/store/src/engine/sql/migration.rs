//! Brings the schema to this binary's, step by step.
//!
//! A step and its mark are one transaction where definitions have transactions. Elsewhere a node that dies between the
//! two leaves a table without its mark: the next one finds the table and sets the mark. Nodes may migrate at once;
//! when the schema is as it should be nothing is defined, so that the user of every day needs no right to.

use doorstep_base::Timestamp;

use super::SqlStore;
use super::db::{Db, Defined, Tx};
use super::rows::{number, text};
use super::schema;
use super::value::values;
use crate::steps::{self, SAYS_WHO_READS, STEPS, STEPS_TABLE, Step};
use crate::{Migration, OpenError, StoreResult};

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Now,
    /// Another node was faster; this is the last step that it took.
    Before(i64),
    /// This user may not define anything.
    Forbidden,
}

impl SqlStore {
    /// The first `most` steps; a test stops between two of them. Returns how many were taken.
    pub(super) async fn migrate_to(&self, most: usize, now: Timestamp) -> Result<u32, OpenError> {
        let known = steps::known();
        let found = self.last_step().await?;
        if found.is_some_and(|found| found >= known) {
            return self.refuse_if_too_new(found).await.map(|()| 0);
        }
        let db = self.db.unhurried();
        if found.is_none() && self.claim(&db).await? == Defined::Forbidden {
            return Err(OpenError::Behind { found: 0, known });
        }
        let mut found = self.last_step().await?.unwrap_or(0);
        if found == 0
            && self.db.dialect().defines_in_transactions
            && let Ok(taken) =
                db.write((most, now), |tx, (most, now)| Box::pin(take_all(tx, *most, *now))).await
            && taken > 0
        {
            return Ok(taken);
        }
        let mut taken = 0;
        for step in STEPS.iter().take(most) {
            if step.number <= found {
                continue;
            }
            match self.take_step(&db, *step, now).await? {
                Taken::Now => taken += 1,
                Taken::Before(last) => found = last,
                Taken::Forbidden => return Err(OpenError::Behind { found: step.number - 1, known }),
            }
        }
        self.refuse_if_too_new(Some(found)).await.map(|()| taken)
    }

    /// What [`Self::migrate_to`] would do.
    pub(super) async fn what_to_take(&self) -> Result<Migration, OpenError> {
        let found = self.last_step().await?;
        self.refuse_if_too_new(found).await?;
        Ok(steps::migration(found.unwrap_or(0)))
    }

    /// Whether a newer binary took a step after which this one may not go on.
    async fn refuse_if_too_new(&self, found: Option<i64>) -> Result<(), OpenError> {
        let known = steps::known();
        let Some(found) = found.filter(|found| *found > known) else { return Ok(()) };
        match self.db.one(&keeps_out(), values![known, known], text).await? {
            Some(version) => Err(OpenError::TooNew { found, known, needed: steps::needed(&version) }),
            None => Ok(()),
        }
    }

    /// The last step that was taken; `None` in a database that is nobody's yet.
    async fn last_step(&self) -> Result<Option<i64>, OpenError> {
        let tables = self.db.all(self.db.dialect().tables, &[], text).await?;
        if tables.iter().any(|table| table == STEPS_TABLE) {
            return Ok(self.db.one(&last_step(), &[], number).await?);
        }
        if tables.is_empty() { Ok(None) } else { Err(OpenError::Foreign { name: self.db.name().to_owned() }) }
    }

    /// Makes an empty database ours.
    async fn claim(&self, db: &Db) -> Result<Defined, OpenError> {
        match db.write((), |tx, ()| Box::pin(claim(tx))).await {
            // Another node claimed it at the same moment.
            Err(error) => self.last_step().await?.map(|_| Defined::Before).ok_or(OpenError::Store(error)),
            Ok(claimed) => Ok(claimed),
        }
    }

    /// Takes a step unless another node was faster.
    pub(super) async fn take_step(&self, db: &Db, step: Step, now: Timestamp) -> Result<Taken, OpenError> {
        let job = db.write((step, now), |tx, (step, now)| Box::pin(take(tx, step, *now)));
        match job.await {
            // Two that define the same at once: the second is told so by a failure.
            Err(error) => match self.last_step().await? {
                Some(last) if last >= step.number => Ok(Taken::Before(last)),
                _ => Err(error.into()),
            },
            Ok(outcome) => Ok(outcome),
        }
    }
}

/// The newest step that keeps out a binary that knows the steps up to this one (twice): which version took it.
pub(super) fn keeps_out() -> String {
    format!(
        "SELECT COALESCE(taken_by, '') FROM {STEPS_TABLE} \
         WHERE step > ? AND COALESCE(oldest_reader, step) > ? ORDER BY step DESC"
    )
}

pub(super) fn last_step() -> String {
    format!("SELECT COALESCE(MAX(step), 0) FROM {STEPS_TABLE}")
}

async fn claim(tx: &mut Tx<'_>) -> StoreResult<Defined> {
    let tables = tx.all(tx.dialect().tables, &[], text).await?;
    if tables.iter().any(|table| table == STEPS_TABLE) {
        return Ok(Defined::Before);
    }
    if let Some(claim) = tx.dialect().claim {
        tx.execute(claim, &[]).await?;
    }
    let create = tx.dialect().spell(&schema::create_steps_table());
    let defined = tx.define(&create).await?;
    if defined == Defined::Forbidden {
        tx.discard();
    }
    Ok(defined)
}

/// An empty database gets its steps in one transaction: one wait for the disk instead of one for each. 0: one of them could not be
/// taken, so that none was.
async fn take_all(tx: &mut Tx<'_>, most: usize, now: Timestamp) -> StoreResult<u32> {
    let mut taken = 0;
    for step in STEPS.iter().take(most) {
        if take(tx, step, now).await? != Taken::Now {
            tx.discard();
            return Ok(0);
        }
        taken += 1;
    }
    Ok(taken)
}

async fn take(tx: &mut Tx<'_>, step: &Step, now: Timestamp) -> StoreResult<Taken> {
    let last = tx.one(&last_step(), &[], number).await?.unwrap_or(0);
    if last >= step.number {
        return Ok(Taken::Before(last));
    }
    let statement = tx.dialect().spell(&schema::statement(step)?);
    if tx.define(&statement).await? == Defined::Forbidden {
        tx.discard();
        return Ok(Taken::Forbidden);
    }
    let marked = mark(tx, step, now).await?;
    Ok(if marked { Taken::Now } else { Taken::Before(step.number) })
}

async fn mark(tx: &mut Tx<'_>, step: &Step, now: Timestamp) -> StoreResult<bool> {
    let Step { number, oldest_reader, .. } = step;
    if *number <= SAYS_WHO_READS {
        let mark = format!("INSERT INTO {STEPS_TABLE} (step, taken_at) VALUES (?, ?)");
        return tx.insert_unless_taken(&mark, values![number, now]).await;
    }
    let mark =
        format!("INSERT INTO {STEPS_TABLE} (step, taken_at, oldest_reader, taken_by) VALUES (?, ?, ?, ?)");
    tx.insert_unless_taken(&mark, values![number, now, oldest_reader, steps::VERSION]).await
}
