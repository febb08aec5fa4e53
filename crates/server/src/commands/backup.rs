//! `doorstep backup` and `doorstep restore`.

use std::path::PathBuf;

use clap::Args;
use doorstep_base::Clock as _;

use super::{Common, Failure, Outcome, print, runtime};
use crate::config::without_password;
use crate::moving::grouped;
use crate::system::SystemClock;
use crate::wire;

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
}

impl Backup {
    pub fn run(&self) -> Outcome {
        let url = self.common.load()?.database.url;
        let bytes = doorstep_store::back_up(&url, &self.to)?;
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
        doorstep_store::restore(&self.from, url)?;
        runtime(Some(1))?.block_on(async {
            let store = wire::open_store(&config.database).await?;
            store.migrate(SystemClock.now()).await?;
            // The backup of a shop that was being followed notes changes that nobody asks for any more.
            store.stop_capture().await?;
            store.close().await;
            Ok::<_, Failure>(())
        })?;
        print(&format!(
            "{} is what {} was. What was changed since that backup is as it was then: sessions ended since are live again",
            without_password(url),
            self.from.display(),
        ))
    }
}
