//! The schema: killed half-way, taken twice, newer, and of somebody else.

use std::sync::Arc;

use super::{NOW, TempDir, open, outside};
use crate::engine::sql::SqlStore;
use crate::engine::sql::migration::Taken;
use crate::engine::sql::rows::text;
use crate::engine::sql::schema::statement;
use crate::steps::{self, STEPS};
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
                let statement = tx.dialect().spell(&statement(&STEPS[*taken])?);
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
    assert_eq!(store.take_step(&store.db, STEPS[0], NOW).await.unwrap(), Taken::Before(1));
}

/// A database in which a newer binary took the steps after this one's; each mark says who may still read.
async fn with_newer_steps(marks: &[(i64, &str)]) -> (TempDir, SqlStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.migrate(NOW).await.unwrap();
    for (step, (oldest_reader, taken_by)) in (steps::known() + 1..).zip(marks) {
        let mark = "INSERT INTO doorstep_steps (step, taken_at, oldest_reader, taken_by) VALUES (?, 0, ?, ?)";
        outside(&folder).execute(mark, (step, oldest_reader, taken_by)).unwrap();
    }
    (folder, store)
}

#[tokio::test]
async fn a_newer_schema_is_refused_with_the_version_to_install() {
    let known = steps::known();
    // The second of three is the last one that keeps this binary out.
    let (_folder, store) = with_newer_steps(&[(known, "0.8.0"), (known + 2, "0.9.1"), (0, "0.9.2")]).await;
    let before = schema(&store).await;
    for refused in [store.migrate(NOW).await.map(drop), store.migration().await.map(drop)] {
        let Err(error) = refused else { panic!("not refused") };
        assert!(
            matches!(error, OpenError::TooNew { found, known: k, .. } if found == known + 3 && k == known)
        );
        assert!(error.to_string().contains("install version 0.9.1 or newer"), "{error}");
    }
    assert_eq!(schema(&store).await, before);
}

#[tokio::test]
async fn steps_that_only_add_do_not_keep_an_older_binary_out() {
    let known = steps::known();
    let (_folder, store) = with_newer_steps(&[(0, "0.9.0"), (known, "0.9.1")]).await;
    assert_eq!(store.migrate(NOW).await.unwrap(), 0);
    assert_eq!(store.migration().await.unwrap().steps, []);
}

#[tokio::test]
async fn what_a_migration_would_do_is_told_and_not_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let told = store.migration().await.unwrap();
    assert_eq!((told.found, told.known, told.steps.len()), (0, steps::known(), STEPS.len()));
    assert_eq!(told.steps[0].what, "make the table customers");
    assert_eq!(schema(&store).await, [""; 0]);
    assert_eq!(store.migrate(NOW).await.unwrap() as usize, told.steps.len());
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
