//! The file: where it is, who may read it, what it may be.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{NOW, open};
use crate::engine::sql::SqlStore;
use crate::engine::sql::rows::{number, text};
use crate::{Maintenance, OpenError};

fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_new_file_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.migrate(NOW).await.unwrap();
    for name in ["shop.db", "shop.db-wal", "shop.db-shm"] {
        assert_eq!(mode(&folder.path().join(name)), 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_file_that_exists_keeps_its_mode() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.db");
    std::fs::write(&file, "").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    open(&folder).migrate(NOW).await.unwrap();
    assert_eq!(mode(&file), 0o640);
}

#[tokio::test]
async fn closing_leaves_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.migrate(NOW).await.unwrap();
    store.close().await;
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names, ["shop.db"]);
}

#[test]
fn a_path_that_cannot_be_a_database_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database, but long enough to be looked at ".repeat(100)).unwrap();
    let missing = folder.path().join("missing/shop.db");
    for path in [Path::new(""), text.as_path(), missing.as_path(), folder.path()] {
        let refused = SqlStore::open_sqlite(path.to_str().unwrap()).err();
        let Some(OpenError::Sqlite { path: named, cause }) = refused else { panic!("{path:?}: {refused:?}") };
        assert_eq!(Path::new(&named), path);
        assert!(!cause.is_empty());
    }
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("not a database"));
}

#[test]
fn a_name_that_sqlite_would_read_as_a_uri_is_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file:shop.db");
    SqlStore::open_sqlite(file.to_str().unwrap()).unwrap();
    assert!(file.exists());
}

#[tokio::test]
async fn every_commit_is_flushed_to_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let job = store.db.write((), |tx, ()| {
        Box::pin(async {
            let mode = tx.one("PRAGMA journal_mode", &[], text).await?;
            Ok((mode, tx.one("PRAGMA synchronous", &[], number).await?))
        })
    });
    let full = 2;
    assert_eq!(job.await.unwrap(), (Some("wal".to_owned()), Some(full)));
}

#[test]
fn nodes_that_start_at_once_on_a_new_file_all_open_it() {
    for _ in 0..100 {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shop.db");
        let opening: Vec<_> = (0..8)
            .map(|_| {
                let file = file.to_str().unwrap().to_owned();
                std::thread::spawn(move || SqlStore::open_sqlite(&file).map(drop))
            })
            .collect();
        for node in opening {
            node.join().unwrap().unwrap();
        }
    }
}
