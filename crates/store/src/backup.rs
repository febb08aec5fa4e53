//! Backups of SQLite files. Servers have their own tools for it: see `docs/guides/backup.md`.

use std::path::{Path, PathBuf};

use doorstep_base::Timestamp;

use crate::OpenError;
use crate::engine::sql;
use crate::url::sqlite_file;

/// Why there is no backup, or no database from one. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(
        "only SQLite files are copied by this command. For a server use its own tool, or: doorstep move --keep-source --from URL --to sqlite:FILE"
    )]
    NotSqlite,
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    #[error("{} exists and is not empty: name another file, or put it away (after stopping its server)", .0.display())]
    Taken(PathBuf),
    #[error("{} cannot be read as a database: {}", .0.display(), .1)]
    Unreadable(PathBuf, String),
    #[error("{} could not be copied to {}: {}", .source_file.display(), .target.display(), .cause)]
    Failed { source_file: PathBuf, target: PathBuf, cause: String },
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl BackupError {
    pub(crate) fn failed(source: &Path, target: &Path, cause: &dyn std::fmt::Display) -> Self {
        Self::Failed { source_file: source.to_owned(), target: target.to_owned(), cause: cause.to_string() }
    }
}

/// A whole copy.
#[derive(Clone, Copy, Debug)]
pub struct Copied {
    pub bytes: u64,
    pub ended_sessions: u64,
}

/// Copies the database that `url` names to a new file, while servers use it.
pub fn back_up(url: &str, file: &Path) -> Result<Copied, BackupError> {
    sql::copy_sqlite(&path_of(url)?, file, None)
}

/// Makes the database that `url` names of a backup. It must not exist yet. With `end_sessions`, those that are live in
/// the backup at that moment end: some of them may have been ended after it was made.
pub fn restore(file: &Path, url: &str, end_sessions: Option<Timestamp>) -> Result<Copied, BackupError> {
    sql::copy_sqlite(file, &path_of(url)?, end_sessions)
}

fn path_of(url: &str) -> Result<PathBuf, BackupError> {
    sqlite_file(url).ok_or(BackupError::NotSqlite)
}
