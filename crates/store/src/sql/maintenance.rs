//! The schema, the health and the house-keeping.

use async_trait::async_trait;
use doorstep_base::Timestamp;

use super::SqlStore;
use super::db::Tx;
use super::rows::{number, text};
use super::schema::{CREATE_STEPS_TABLE, STEPS, STEPS_TABLE};
use super::value::values;
use crate::{Maintenance, OpenError, Purged, Retention, StoreResult};

/// So many rows go in one transaction: a few milliseconds, in which a sign-up may wait.
const BITE: u32 = 500;

#[async_trait]
impl Maintenance for SqlStore {
    async fn migrate(&self, now: Timestamp) -> Result<u32, OpenError> {
        self.migrate_to(STEPS.len(), now).await
    }

    async fn ping(&self) -> StoreResult<()> {
        self.db.ping().await
    }

    async fn purge(&self, retention: Retention) -> StoreResult<Purged> {
        let Retention { sessions_before, audit_before, expired_before } = retention;
        let expired = expired_before.as_millis();
        let sessions = self.purge_by(&SESSIONS, sessions_before.as_millis()).await?;
        let audit = self.purge_by(&AUDIT, audit_before.as_millis()).await?;
        let idempotency = self.purge_by(&IDEMPOTENCY, expired).await?;
        let attempts = self.purge_by(&ATTEMPTS, expired.saturating_mul(1000)).await?;
        let keys = self.purge_by(&KEYS, expired).await?;
        self.db.tidy().await;
        Ok(Purged { sessions, audit, expired: idempotency + attempts + keys })
    }

    async fn close(&self) {
        self.db.close().await;
    }
}

impl SqlStore {
    /// The first `most` steps; a test stops between two of them.
    pub(super) async fn migrate_to(&self, most: usize, now: Timestamp) -> Result<u32, OpenError> {
        let tables = self.db.all(self.db.dialect().tables, &[], text).await?;
        if !tables.is_empty() && !tables.iter().any(|table| table == STEPS_TABLE) {
            return Err(OpenError::Foreign { name: self.db.name().to_owned() });
        }
        let mut found = self.db.write_even_when_full((), |tx, ()| Box::pin(claim(tx))).await?;
        let mut taken = 0;
        for (step, template) in (1..).zip(STEPS).take(most) {
            if step > found {
                found = self.take_step(step, template, now).await?;
                taken += u32::from(found < step);
            }
        }
        let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
        if found > known { Err(OpenError::TooNew { found, known }) } else { Ok(taken) }
    }

    /// Takes a step unless another node was faster; returns the last step that had been taken before.
    pub(super) async fn take_step(
        &self,
        step: i64,
        template: &'static str,
        now: Timestamp,
    ) -> StoreResult<i64> {
        let job = self.db.write((step, template, now), |tx, (step, template, now)| {
            Box::pin(async move {
                let found = last_step(tx).await?;
                if found < *step {
                    let statement = tx.dialect().spell(template);
                    tx.execute(&statement, &[]).await?;
                    let mark = "INSERT INTO doorstep_steps (step, taken_at) VALUES (?, ?)";
                    tx.execute(mark, values![step, now]).await?;
                }
                Ok(found)
            })
        });
        job.await
    }

    /// Deletes what is past its time, bite by bite, until a bite is not full.
    async fn purge_by(&self, purge: &'static Purge, before: i64) -> StoreResult<u64> {
        let mut gone = 0;
        loop {
            let job = self.db.write(before, move |tx, before| {
                Box::pin(async move {
                    for belongings in purge.belongings {
                        tx.execute(belongings, values![before, BITE]).await?;
                    }
                    tx.execute(purge.rows, values![before, before, BITE]).await
                })
            });
            let deleted = job.await?;
            gone += deleted;
            if deleted < BITE.into() {
                return Ok(gone);
            }
        }
    }
}

/// Makes an empty database ours; returns the last step that was taken.
async fn claim(tx: &mut Tx<'_>) -> StoreResult<i64> {
    let found = tx.all(tx.dialect().tables, &[], text).await?;
    if !found.iter().any(|table| table == STEPS_TABLE) {
        if let Some(claim) = tx.dialect().claim {
            tx.execute(claim, &[]).await?;
        }
        let create = tx.dialect().spell(CREATE_STEPS_TABLE);
        tx.execute(&create, &[]).await?;
    }
    last_step(tx).await
}

async fn last_step(tx: &mut Tx<'_>) -> StoreResult<i64> {
    let last = tx.one("SELECT COALESCE(MAX(step), 0) FROM doorstep_steps", &[], number).await?;
    Ok(last.unwrap_or(0))
}

/// How one table is purged.
pub(super) struct Purge {
    /// Deletes what hangs on the next bite of rows: (before, how many rows).
    pub belongings: &'static [&'static str],
    /// Deletes the next bite: (before, before, how many). The moment is asked for twice, the second time of the row
    /// itself, so that one that was renewed meanwhile stays. The doubled sub-query is for MySQL, which knows no LIMIT in an IN.
    pub rows: &'static str,
}

pub(super) const SESSIONS: Purge = Purge {
    belongings: &["DELETE FROM used_refreshes WHERE session IN (SELECT id FROM \
                  (SELECT id FROM sessions WHERE gone_at < ? ORDER BY gone_at, id LIMIT ?) AS bite)"],
    rows: "DELETE FROM sessions WHERE gone_at < ? AND id IN (SELECT id FROM \
           (SELECT id FROM sessions WHERE gone_at < ? ORDER BY gone_at, id LIMIT ?) AS bite)",
};
pub(super) const AUDIT: Purge = Purge {
    belongings: &[],
    rows: "DELETE FROM audit WHERE at < ? AND (at, id) IN (SELECT at, id FROM \
           (SELECT at, id FROM audit WHERE at < ? ORDER BY at, id LIMIT ?) AS bite)",
};
pub(super) const IDEMPOTENCY: Purge = Purge {
    belongings: &[],
    rows: "DELETE FROM idempotency WHERE expires_at < ? AND idempotency_key IN (SELECT idempotency_key FROM \
           (SELECT idempotency_key FROM idempotency WHERE expires_at < ? ORDER BY expires_at LIMIT ?) AS bite)",
};
pub(super) const ATTEMPTS: Purge = Purge {
    belongings: &[],
    rows: "DELETE FROM attempts WHERE free_at < ? AND attempt_key IN (SELECT attempt_key FROM \
           (SELECT attempt_key FROM attempts WHERE free_at < ? ORDER BY free_at LIMIT ?) AS bite)",
};
pub(super) const KEYS: Purge = Purge {
    belongings: &[],
    rows: "DELETE FROM signing_keys WHERE verifies_until < ? AND generation IN (SELECT generation FROM \
           (SELECT generation FROM signing_keys WHERE verifies_until < ? ORDER BY generation LIMIT ?) AS bite)",
};
