//! A database of one test, and as many nodes on it as the test asks for.

use std::sync::Arc;

use doorstep_base::Timestamp;
use doorstep_store::{Settings, Store};
use tempfile::TempDir;

/// An empty, migrated database that nobody else uses. It goes with this value.
pub struct TestDatabase {
    pub store: Arc<dyn Store>,
    url: String,
    _folder: TempDir,
}

impl TestDatabase {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("shop.db").display());
        let store = open(&url).await;
        store.migrate(Timestamp::from_millis(0)).await.unwrap();
        Self { store, url, _folder: folder }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Another handle on the same database, as a second server would have.
    pub async fn another_node(&self) -> Arc<dyn Store> {
        open(&self.url).await
    }

    /// Closes the store and opens it again, as a restart does.
    pub async fn restart(&mut self) {
        self.store.close().await;
        self.store = self.another_node().await;
    }
}

async fn open(url: &str) -> Arc<dyn Store> {
    doorstep_store::open(url, Settings::default()).await.unwrap()
}
