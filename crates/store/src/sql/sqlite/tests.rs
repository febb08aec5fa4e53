//! What only SQLite's writer and files promise; the verbs' promises are `testkit::contract`'s.

use doorstep_base::Timestamp;
use tempfile::TempDir;

use crate::Maintenance;
use crate::sql::SqlStore;

fn fresh() -> (SqlStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqlStore::open_sqlite(folder.path().join("shop.db").to_str().unwrap()).unwrap();
    (store, folder)
}

#[tokio::test]
async fn migrating_again_takes_no_step() {
    let (store, _folder) = fresh();
    assert!(store.migrate(Timestamp::from_millis(1)).await.unwrap() > 10);
    assert_eq!(store.migrate(Timestamp::from_millis(2)).await.unwrap(), 0);
}
