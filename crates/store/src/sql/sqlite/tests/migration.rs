//! The schema: killed half-way, taken twice, newer, and of somebody else.

use std::sync::Arc;

use super::{NOW, TempDir, open, outside};
use crate::sql::SqlStore;
use crate::sql::migration::Step;
use crate::sql::rows::text;
use crate::sql::schema::STEPS;
use crate::{Maintenance, OpenError, StoreError};

async fn schema(store: &SqlStore) -> Vec<String> {
    let sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
    store.db.all(sql, &[], text).await.unwrap()
}

async fn whole_schema() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    assert_eq!(store.migrate(NOW).await.unwrap() as usize, STEPS.len());
    schema(&store).await
}

#[tokio::test]
async fn a_migration_that_was_killed_after_any_step_is_mended_by_the_next() {
    let whole = whole_schema().await;
    for killed_after in 0..=STEPS.len() {
        let folder = tempfile::tempdir().unwrap();
        let half = open(&folder);
        assert_eq!(half.migrate_to(killed_after, NOW).await.unwrap() as usize, killed_after);
        drop(half);
        let store = open(&folder);
        assert_eq!(store.migrate(NOW).await.unwrap() as usize, STEPS.len() - killed_after);
        assert_eq!(schema(&store).await, whole);
    }
}

#[tokio::test]
async fn a_step_that_is_cut_off_before_its_mark_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    for taken in 0..STEPS.len() {
        store.migrate_to(taken, NOW).await.unwrap();
        let before = schema(&store).await;
        let job = store.db.write(taken, |tx, taken| {
            Box::pin(async move {
                let statement = tx.dialect().spell(STEPS[*taken]);
                tx.execute(&statement, &[]).await?;
                Err::<(), _>(StoreError::Unavailable("cut off".to_owned()))
            })
        });
        assert!(job.await.is_err());
        assert_eq!(schema(&store).await, before);
    }
    store.migrate(NOW).await.unwrap();
    assert_eq!(schema(&store).await, whole_schema().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_migrate_at_once_take_each_step_once() {
    let folder = tempfile::tempdir().unwrap();
    let nodes: Vec<_> = (0..4).map(|_| Arc::new(open(&folder))).collect();
    let migrating: Vec<_> = nodes
        .iter()
        .map(Arc::clone)
        .map(|node| tokio::spawn(async move { node.migrate(NOW).await.unwrap() as usize }))
        .collect();
    let mut taken = 0;
    for node in migrating {
        taken += node.await.unwrap();
    }
    assert_eq!(taken, STEPS.len());
    assert_eq!(schema(&nodes[0]).await, whole_schema().await);
}

#[tokio::test]
async fn a_step_that_another_node_took_meanwhile_is_not_taken_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.migrate_to(1, NOW).await.unwrap();
    assert_eq!(store.take_step(&store.db, 1, STEPS[0], NOW).await.unwrap(), Step::Before(1));
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.migrate(NOW).await.unwrap();
    let before = schema(&store).await;
    let newer = i64::try_from(STEPS.len()).unwrap() + 1;
    outside(&folder).execute("INSERT INTO doorstep_steps VALUES (?, 0)", [newer]).unwrap();
    let refused = store.migrate(NOW).await;
    assert!(
        matches!(refused, Err(OpenError::TooNew { found, known }) if found == newer && known == newer - 1)
    );
    assert_eq!(schema(&store).await, before);
}

#[tokio::test]
async fn a_database_that_became_somebody_elses_is_not_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    outside(&folder).execute_batch("CREATE TABLE recipes (name)").unwrap();
    assert!(matches!(store.migrate(NOW).await, Err(OpenError::Foreign { .. })));
    assert_eq!(schema(&store).await, ["CREATE TABLE recipes (name)"]);
}

fn foreign(sql: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    outside(&folder).execute_batch(sql).unwrap();
    folder
}

#[test]
fn a_file_of_another_program_is_refused_and_left_as_it_is() {
    for sql in [
        "CREATE TABLE recipes (name)",
        "PRAGMA application_id = 42",
        "PRAGMA application_id = 42; CREATE TABLE doorstep_steps (step)",
        "CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t; DROP TABLE t",
    ] {
        let folder = foreign(sql);
        let file = folder.path().join("shop.db");
        let before = std::fs::read(&file).unwrap();
        let refused = SqlStore::open_sqlite(file.to_str().unwrap());
        assert!(
            matches!(refused, Err(OpenError::Foreign { name }) if name == file.to_str().unwrap()),
            "{sql}"
        );
        assert_eq!(std::fs::read(&file).unwrap(), before, "{sql}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "{sql}");
    }
}

#[tokio::test]
async fn the_file_says_whose_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.migrate(NOW).await.unwrap();
    store.close().await;
    let bytes = std::fs::read(folder.path().join("shop.db")).unwrap();
    assert_eq!(&bytes[68..72], b"DSTP");
}
