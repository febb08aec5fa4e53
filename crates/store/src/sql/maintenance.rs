//! The health and the house-keeping; the schema's steps are taken in `migration.rs`.

use async_trait::async_trait;
use doorstep_base::Timestamp;

use super::SqlStore;
use super::schema::STEPS;
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
        if let Some(lookups) = &self.lookups {
            lookups.close().await;
        }
        self.db.close().await;
    }
}

impl SqlStore {
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
    // What has belongings is not of the bite that they were deleted for: another node purges too.
    rows: "DELETE FROM sessions WHERE gone_at < ? AND id IN (SELECT id FROM \
           (SELECT id FROM sessions WHERE gone_at < ? ORDER BY gone_at, id LIMIT ?) AS bite) \
           AND NOT EXISTS (SELECT 1 FROM used_refreshes WHERE used_refreshes.session = sessions.id)",
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
