//! `doorstep backup` and `doorstep restore`.

use std::path::PathBuf;

use clap::Args;
use doorstep_base::Clock as _;

use super::{Common, Failure, Outcome, print, runtime};
use crate::r#move::grouped;
use crate::system::SystemClock;
use crate::wire;
use doorstep_store::without_password;

#[derive(Debug, Args)]
pub struct Backup {
    #[command(flatten)]
    common: Common,
    /// The file to write; it must not exist
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

#[derive(Debug, Args)]
pub struct Restore {
    #[command(flatten)]
    common: Common,
    /// The backup
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Leave the sessions live that were live when the backup was made, also those that were ended since
    #[arg(long)]
    keep_sessions: bool,
}

impl Backup {
    pub fn run(&self) -> Outcome {
        let url = self.common.load()?.database.url;
        let bytes = doorstep_store::back_up(&url, &self.to)?.bytes;
        print(&format!(
            "{} is a whole copy of {} ({} bytes, checked). Keep the master key with it: without the key nobody stays logged in",
            self.to.display(),
            without_password(&url),
            grouped(bytes),
        ))
    }
}

impl Restore {
    pub fn run(&self) -> Outcome {
        let config = self.common.load()?;
        let url = &config.database.url;
        let end_sessions = (!self.keep_sessions).then(|| SystemClock.now());
        let ended = doorstep_store::restore(&self.from, url, end_sessions)?.ended_sessions;
        runtime(Some(1))?.block_on(async {
            let store = wire::open_store(&config.database).await?;
            store.migrate(SystemClock.now()).await?;
            // The backup of a shop that was being followed notes changes that nobody asks for any more.
            store.stop_capture().await?;
            store.close().await;
            Ok::<_, Failure>(())
        })?;
        print(&format!(
            "{} is what {} was; what was changed since that backup is as it was then. {}",
            without_password(url),
            self.from.display(),
            if self.keep_sessions {
                "Sessions that were ended since are live again".to_owned()
            } else {
                format!("{} live sessions were ended: everybody logs in again", grouped(ended))
            },
        ))
    }
}
