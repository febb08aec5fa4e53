//! A whole copy of a SQLite file, taken while others write: one moment of it, or nothing.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use doorstep_base::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::super::dialect::APPLICATION_ID;
use super::super::migration::{keeps_out, last_step};
use super::open;
use crate::{BackupError, Copied, EndReason, OpenError, Table, steps};

/// Copies `source` to `target`, which must not exist (or be an empty file). With `end_sessions`, those that
/// are live at that moment end in the copy.
///
/// `VACUUM INTO` reads one moment of the database, whoever writes meanwhile, and copies only what is in use: nothing that
/// was deleted. The copy gets its name when it is whole, checked and on the disk.
pub(crate) fn copy(
    source: &Path,
    target: &Path,
    end_sessions: Option<Timestamp>,
) -> Result<Copied, BackupError> {
    let failed = |cause: &dyn std::fmt::Display| BackupError::failed(source, target, cause);
    if !source.is_file() {
        return Err(BackupError::Missing(source.to_owned()));
    }
    let connection = doorstep_file(source)?;
    refuse_taken(target)?;
    let draft = beside(target, ".partial");
    // What a copy that was killed has left.
    remove(&draft).map_err(|cause| failed(&cause))?;
    open::create(&draft).map_err(|cause| failed(&cause))?;
    let written = write(&connection, &draft, target, end_sessions);
    let removed = remove(&draft);
    let copied = written.map_err(|cause| failed(&cause))?;
    removed.map_err(|cause| failed(&cause))?;
    Ok(copied)
}

fn write(
    connection: &Connection,
    draft: &Path,
    target: &Path,
    end_sessions: Option<Timestamp>,
) -> Result<Copied, Box<dyn std::error::Error>> {
    let name = draft.to_str().ok_or("its name is not UTF-8")?;
    connection.execute("VACUUM INTO ?1", [name])?;
    let copied = reading(draft)?;
    let verdict: String = copied.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(format!("the copy is damaged: {verdict}").into());
    }
    let sessions = end_sessions.map(|now| end_live(&copied, now)).transpose()?.unwrap_or(0);
    drop(copied);
    let file = File::open(draft)?;
    file.sync_all()?;
    if target.metadata().is_ok_and(|found| found.len() == 0) {
        remove(target)?;
    }
    // A link, because renaming would replace what somebody has put there meanwhile.
    std::fs::hard_link(draft, target)?;
    let folder = std::path::absolute(target)?;
    File::open(folder.parent().unwrap_or(&folder))?.sync_all()?;
    Ok(Copied { bytes: file.metadata()?.len(), ended_sessions: sessions as u64 })
}

fn end_live(copied: &Connection, now: Timestamp) -> rusqlite::Result<usize> {
    let end = format!(
        "UPDATE {} SET ended_at = ?1, end_reason = ?2, gone_at = ?1 WHERE ended_at IS NULL AND gone_at > ?1",
        Table::Sessions.name()
    );
    copied.execute(&end, (now.as_millis(), EndReason::Restored.as_str()))
}

/// The file, if it is one of ours that this version can read.
fn doorstep_file(path: &Path) -> Result<Connection, BackupError> {
    let unreadable = |cause: rusqlite::Error| BackupError::Unreadable(path.to_owned(), cause.to_string());
    let connection = reading(path).map_err(unreadable)?;
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(unreadable);
    if number("PRAGMA application_id")? != i64::from(APPLICATION_ID) {
        return Err(OpenError::Foreign { name: path.display().to_string() }.into());
    }
    let found = number(&last_step())?;
    let known = steps::known();
    if found > known {
        let version = connection.query_row(&keeps_out(), [known, known], |row| row.get::<_, String>(0));
        if let Some(version) = version.optional().map_err(unreadable)? {
            return Err(OpenError::TooNew { found, known, needed: steps::needed(&version) }.into());
        }
    }
    Ok(connection)
}

/// Not read-only: who reads a log that a killed server left has to look it through first.
fn reading(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(std::path::absolute(path).unwrap_or(path.to_owned()), flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    Ok(connection)
}

fn refuse_taken(target: &Path) -> Result<(), BackupError> {
    let holds = |path: &Path| path.metadata().is_ok_and(|found| found.len() > 0 || !found.is_file());
    // A log without its database would be read as part of the new one.
    let taken = [target.to_owned(), beside(target, "-wal")].into_iter().find(|path| holds(path));
    taken.map_or(Ok(()), |path| Err(BackupError::Taken(path)))
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn remove(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
