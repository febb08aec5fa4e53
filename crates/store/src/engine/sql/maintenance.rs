//! The health and the house-keeping; the schema's steps are taken in `migration.rs`.

use async_trait::async_trait;
use doorstep_base::Timestamp;

use super::SqlStore;
use crate::verbs::{purge, restore};
use crate::{AfterRestore, Maintenance, Migration, OpenError, Purged, Retention, StoreResult};

#[async_trait]
impl Maintenance for SqlStore {
    async fn migrate(&self, now: Timestamp) -> Result<u32, OpenError> {
        self.migrate_to(usize::MAX, now).await
    }

    async fn migration(&self) -> Result<Migration, OpenError> {
        self.what_to_take().await
    }

    async fn ping(&self) -> StoreResult<()> {
        self.db.ping().await
    }

    async fn purge(&self, retention: Retention) -> StoreResult<Purged> {
        purge::purge(self, retention).await
    }

    async fn after_restore(&self, end_sessions: Option<Timestamp>) -> StoreResult<AfterRestore> {
        restore::after_restore(self, end_sessions).await
    }

    async fn close(&self) {
        if let Some(lookups) = &self.lookups {
            lookups.close().await;
        }
        self.db.close().await;
    }
}
