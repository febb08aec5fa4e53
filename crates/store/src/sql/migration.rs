//! Brings the schema to this binary's, step by step.
//!
//! A step and its mark are one transaction where definitions have transactions. Elsewhere a node that dies between the
//! two leaves a table without its mark: the next one finds the table and sets the mark. Nodes may migrate at once;
//! when the schema is as it should be nothing is defined, so that the user of every day needs no right to.

use doorstep_base::Timestamp;

use super::SqlStore;
use super::db::{Db, Defined, Tx};
use super::rows::{number, text};
use super::schema::{CREATE_STEPS_TABLE, STEPS, STEPS_TABLE};
use super::value::values;
use crate::{OpenError, StoreResult};

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Taken,
    /// Another node was faster; this is the last step that it took.
    Before(i64),
    /// This user may not define anything.
    Forbidden,
}

impl SqlStore {
    /// The first `most` steps; a test stops between two of them. Returns how many were taken.
    pub(super) async fn migrate_to(&self, most: usize, now: Timestamp) -> Result<u32, OpenError> {
        let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
        let found = self.last_step().await?;
        if found == Some(known) {
            return Ok(0);
        }
        let db = self.db.unhurried();
        if found.is_none() && self.claim(&db).await? == Defined::Forbidden {
            return Err(OpenError::Behind { found: 0, known });
        }
        let mut found = self.last_step().await?.unwrap_or(0);
        let mut taken = 0;
        for (step, template) in (1..).zip(STEPS).take(most) {
            if step <= found {
                continue;
            }
            match self.take_step(&db, step, template, now).await? {
                Step::Taken => taken += 1,
                Step::Before(last) => found = last,
                Step::Forbidden => return Err(OpenError::Behind { found: step - 1, known }),
            }
        }
        if found > known { Err(OpenError::TooNew { found, known }) } else { Ok(taken) }
    }

    /// The last step that was taken; `None` in a database that is nobody's yet.
    async fn last_step(&self) -> Result<Option<i64>, OpenError> {
        let tables = self.db.all(self.db.dialect().tables, &[], text).await?;
        if tables.iter().any(|table| table == STEPS_TABLE) {
            return Ok(self.db.one(LAST_STEP, &[], number).await?);
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
    pub(super) async fn take_step(
        &self,
        db: &Db,
        step: i64,
        template: &'static str,
        now: Timestamp,
    ) -> Result<Step, OpenError> {
        let job = db.write((step, template, now), |tx, (step, template, now)| {
            Box::pin(async move { take(tx, *step, template, *now).await })
        });
        match job.await {
            // Two that define the same at once: the second is told so by a failure.
            Err(error) => match self.last_step().await? {
                Some(last) if last >= step => Ok(Step::Before(last)),
                _ => Err(error.into()),
            },
            Ok(outcome) => Ok(outcome),
        }
    }
}

const LAST_STEP: &str = "SELECT COALESCE(MAX(step), 0) FROM doorstep_steps";

async fn claim(tx: &mut Tx<'_>) -> StoreResult<Defined> {
    let tables = tx.all(tx.dialect().tables, &[], text).await?;
    if tables.iter().any(|table| table == STEPS_TABLE) {
        return Ok(Defined::Before);
    }
    if let Some(claim) = tx.dialect().claim {
        tx.execute(claim, &[]).await?;
    }
    let create = tx.dialect().spell(CREATE_STEPS_TABLE);
    let defined = tx.define(&create).await?;
    if defined == Defined::Forbidden {
        tx.discard();
    }
    Ok(defined)
}

async fn take(tx: &mut Tx<'_>, step: i64, template: &str, now: Timestamp) -> StoreResult<Step> {
    let last = tx.one(LAST_STEP, &[], number).await?.unwrap_or(0);
    if last >= step {
        return Ok(Step::Before(last));
    }
    let statement = tx.dialect().spell(template);
    if tx.define(&statement).await? == Defined::Forbidden {
        tx.discard();
        return Ok(Step::Forbidden);
    }
    let mark = "INSERT INTO doorstep_steps (step, taken_at) VALUES (?, ?)";
    let marked = tx.insert_unless_taken(mark, values![step, now]).await?;
    Ok(if marked { Step::Taken } else { Step::Before(step) })
}
