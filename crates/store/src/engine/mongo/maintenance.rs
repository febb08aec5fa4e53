//! The health and the house-keeping; the schema's steps are taken in `migration.rs`.

use async_trait::async_trait;
use doorstep_base::Timestamp;
use mongodb::bson::doc;

use super::MongoStore;
use crate::verbs::{purge, restore};
use crate::{AfterRestore, Maintenance, Migration, OpenError, Purged, Retention, StoreResult};

#[async_trait]
impl Maintenance for MongoStore {
    async fn migrate(&self, now: Timestamp) -> Result<u32, OpenError> {
        self.migrate_all(now).await
    }

    async fn migration(&self) -> Result<Migration, OpenError> {
        self.what_to_take().await
    }

    async fn ping(&self) -> StoreResult<()> {
        let database = self.db.database().clone();
        let ping = async move { Ok(database.run_command(doc! { "ping": 1 }).await.map(drop)?) };
        self.db.run(ping).await
    }

    async fn purge(&self, retention: Retention) -> StoreResult<Purged> {
        purge::purge(self, retention).await
    }

    async fn after_restore(&self, end_sessions: Option<Timestamp>) -> StoreResult<AfterRestore> {
        restore::after_restore(self, end_sessions).await
    }

    async fn close(&self) {
        self.db.close().await;
    }
}
