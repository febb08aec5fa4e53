//! `doorstep move`: the command around [`crate::r#move`].

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use doorstep_account::tokens::Seal;
use doorstep_base::Clock as _;
use doorstep_store::Settings;

use super::{Common, Failure, Outcome, bring_up_to_date, print, runtime};
use crate::config::{self, Config, Span};
use crate::r#move::{self, End, Moved, Progress};
use crate::system::{SystemClock, SystemRandom};

/// A page of records may take a server longer than a customer would wait.
const PATIENCE: Settings = Settings { connections: 4, timeout: Duration::from_secs(60) };

#[derive(Debug, Args)]
pub struct Move {
    /// The configuration file of the shop's servers [default: doorstep.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The database that the shop leaves
    #[arg(long, value_name = "URL", env = "DOORSTEP_MOVE_FROM", hide_env_values = true)]
    from: String,
    /// The database that the shop goes to: an empty one
    #[arg(
        long,
        value_name = "URL",
        env = "DOORSTEP_MOVE_TO",
        hide_env_values = true,
        required_unless_present = "release"
    )]
    to: Option<String>,
    /// Bring what is written meanwhile too, until Enter or Ctrl-C says that the servers have stopped
    #[arg(long)]
    follow: bool,
    /// With --follow: take it that the servers have stopped when nothing was written for so long, like 5s
    #[arg(long, value_name = "TIME", requires = "follow")]
    until_quiet: Option<Span>,
    /// Leave the old database in use: for a copy
    #[arg(long, conflicts_with = "follow")]
    keep_source: bool,
    /// Take back what a move left in --from, so that servers may start on it again
    #[arg(long, conflicts_with_all = ["to", "follow", "keep_source"])]
    release: bool,
}

impl Move {
    pub fn run(&self) -> Outcome {
        let config = Common { config: self.config.clone(), ..Common::default() }.load()?;
        runtime(None)?.block_on(async {
            let source = open(&self.from, true).await?;
            bring_up_to_date(&*source.store).await?;
            let outcome = match &self.to {
                Some(to) => self.carry_out(&config, &source, to).await,
                None => release(&source).await,
            };
            source.store.close().await;
            outcome
        })
    }

    async fn carry_out(&self, config: &Config, source: &End, to: &str) -> Outcome {
        let key = check_key(config, &self.from, source).await?;
        let target = open(to, false).await?;
        target.store.migrate(SystemClock.now()).await?;
        let order = r#move::Move {
            source: source.clone(),
            target: target.clone(),
            follow: self.follow,
            keep_source: self.keep_source,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
        };
        let stopped = self.wait_for_word();
        let until_quiet = self.until_quiet.map(|until| until.0);
        let mut quiet = |quiet_for: Duration| {
            stopped.load(Ordering::SeqCst) || until_quiet.is_some_and(|until| quiet_for >= until)
        };
        let moved = r#move::run(&order, &mut Progress::on_standard_error(), &mut quiet).await;
        target.store.close().await;
        print(&self.summary(&moved?, source, &target, key.as_deref()))
    }

    /// Set when the operator says that the servers have stopped: Enter, or Ctrl-C once. Without `--follow` a Ctrl-C ends
    /// the program, as everywhere.
    fn wait_for_word(&self) -> Arc<AtomicBool> {
        let stopped = Arc::new(AtomicBool::new(false));
        if !self.follow {
            return stopped;
        }
        let entered = Arc::clone(&stopped);
        // A thread of its own: reading the keyboard cannot be given up when the move ends.
        std::thread::spawn(move || {
            let mut line = String::new();
            // Where there is no keyboard, its end says nothing.
            if std::io::stdin().read_line(&mut line).is_ok_and(|count| count > 0) {
                entered.store(true, Ordering::SeqCst);
            }
        });
        let interrupted = Arc::clone(&stopped);
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                interrupted.store(true, Ordering::SeqCst);
            }
            // The second one does not wait: the same command goes on where this one was.
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(130);
            }
        });
        stopped
    }

    fn summary(&self, moved: &Moved, source: &End, target: &End, beside: Option<&Path>) -> String {
        let (records, from, to) = (r#move::grouped(moved.records), &source.name, &target.name);
        let mut lines = vec![format!("Done: {records} records are the same in {from} and {to}")];
        lines.extend(moved.checksum.as_ref().map(|checksum| format!("Checksum of both: {checksum}")));
        lines.extend(
            moved.pause.map(|pause| format!("The shop stood still for {:.1} s", pause.as_secs_f64())),
        );
        if !self.keep_source {
            lines.push(format!(
                "No server starts on {from} any more: give them the new URL (--database, or [database] url)"
            ));
        }
        let key = "The new database needs the master key of the old one: sessions and signing keys are made with it";
        lines.push(match beside {
            Some(path) => format!("{key}.\nIt is the file {}: set [secrets] key_file to it", path.display()),
            None => key.to_owned(),
        });
        lines.join("\n")
    }
}

async fn open(url: &str, must_exist: bool) -> Result<End, Failure> {
    let name = doorstep_store::without_password(url);
    if let Some(file) = doorstep_store::sqlite_file(url)
        && must_exist
        && !file.is_file()
    {
        let path = file.display();
        return Err(Failure(format!("there is no file {path}: name the shop's database in --from")));
    }
    let store = doorstep_store::open(url, PATIENCE).await?;
    Ok(End { store, name })
}

/// A move with another key would log everybody out: better told now. Returns the file in which the key stands beside
/// the old database.
async fn check_key(config: &Config, url: &str, source: &End) -> Result<Option<PathBuf>, Failure> {
    let Some((keys, kept)) = config::keys_in_use(config, url).map_err(Failure)? else { return Ok(None) };
    Seal::new(&keys).check(&*source.store).await?;
    Ok(kept.map(|kept| kept.path))
}

async fn release(source: &End) -> Outcome {
    r#move::release(&*source.store).await?;
    print(&format!("Servers may start on {} again", source.name))
}
