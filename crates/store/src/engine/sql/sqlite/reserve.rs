//! Room in the log for what ends things, kept for the day on which the disk is full.
//!
//! The blocks behind the end of the write-ahead log are asked of the file system before they are needed. Once they cannot be
//! had, the disk is full: what adds rows is refused, and what is left of the room carries logouts. Nobody else can take
//! it, as it belongs to the log already. Where the file system keeps no such blocks, everything is tried until it fails.

use std::path::{Path, PathBuf};

/// So much lies behind the log's end at least, while the disk has room: some hundred logouts one by one, more together.
#[cfg(target_os = "linux")]
const LEAST: u64 = 8 << 20;
/// So much is asked for, so that it is not asked for often. With the 4 MiB that the log has on a usual day it stays
/// below the 16 MiB for which the log's index has its room from the beginning.
#[cfg(target_os = "linux")]
const MOST: u64 = 10 << 20;

pub(super) struct Reserve {
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "other systems keep no blocks"))]
    log: PathBuf,
    #[cfg(target_os = "linux")]
    kept: Kept,
    is_full: bool,
}

/// The log, held open. It exists once something was written.
#[cfg(target_os = "linux")]
enum Kept {
    NotYet,
    Open(std::fs::File),
    Never,
}

impl Reserve {
    pub fn beside(database: &Path) -> Self {
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        Self {
            log: log.into(),
            #[cfg(target_os = "linux")]
            kept: Kept::NotYet,
            is_full: false,
        }
    }

    /// Whether the room is there, which is asked for again if it is not. Says once when that changes.
    pub fn is_kept(&mut self) -> bool {
        let is_full = !self.extend();
        if is_full && !self.is_full {
            tracing::error!(
                "the disk of the database is full: sessions can be read and ended, all else is refused"
            );
        } else if self.is_full && !is_full {
            tracing::info!("the disk of the database has room again");
        }
        self.is_full = is_full;
        !is_full
    }

    #[cfg(target_os = "linux")]
    fn extend(&mut self) -> bool {
        use std::os::unix::fs::MetadataExt;

        use rustix::fs::{FallocateFlags, fallocate};
        use rustix::io::Errno;

        if matches!(self.kept, Kept::NotYet)
            && let Ok(file) = std::fs::OpenOptions::new().write(true).open(&self.log)
        {
            // Only the database itself is locked through its descriptors: this one may come and go.
            self.kept = Kept::Open(file);
        }
        let Kept::Open(file) = &self.kept else { return true };
        let Ok(found) = file.metadata() else { return true };
        if found.blocks() * 512 >= found.len() + LEAST {
            return true;
        }
        // Not a byte of the file changes, nor its length.
        match fallocate(file, FallocateFlags::KEEP_SIZE, 0, found.len() + MOST) {
            Err(Errno::NOSPC | Errno::DQUOT) => false,
            Err(cause) => {
                tracing::info!(%cause, "this file system keeps no room for a full disk");
                self.kept = Kept::Never;
                true
            }
            Ok(()) => true,
        }
    }

    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, reason = "other systems keep no blocks")]
    fn extend(&mut self) -> bool {
        true
    }
}
