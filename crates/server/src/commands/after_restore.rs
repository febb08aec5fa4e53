//! `doorstep after-restore`: makes a restored database safe to open a shop on, whatever engine it is and whoever restored it.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use doorstep_account::users::Users;
use doorstep_base::Clock as _;
use doorstep_store::AfterRestore;

use super::{Common, Failure, Outcome, bring_up_to_date, print, runtime};
use crate::erasures;
use crate::system::{SystemClock, SystemRandom};
use crate::wire;

#[derive(Debug, Args)]
pub struct Command {
    #[command(flatten)]
    common: Common,
    /// The list of erasures, written by the servers [default: retention.erasures_file]; give it as often as there are lists
    #[arg(long, value_name = "FILE")]
    erasures: Vec<PathBuf>,
    /// Leave sessions live that are live in the backup, also those that were ended since
    #[arg(long)]
    keep_sessions: bool,
}

impl Command {
    #[allow(clippy::print_stderr, reason = "a line that cannot be read is told where scripts look for it")]
    pub fn run(&self) -> Outcome {
        let config = self.common.load()?;
        let lists = match &self.erasures[..] {
            [] => config.retention.erasures_file.iter().cloned().collect(),
            given => given.to_vec(),
        };
        // Read before anything is changed.
        let mut erased = Vec::new();
        for list in &lists {
            let listed = erasures::read(list)?;
            for line in listed.torn {
                eprintln!(
                    "{}, line {line}: it is not a moment and an id, and is passed over",
                    list.display()
                );
            }
            erased.extend(listed.erased);
        }
        runtime(Some(1))?.block_on(async {
            let store = wire::open_store(&config.database).await?;
            bring_up_to_date(&*store).await?;
            let end_sessions = (!self.keep_sessions).then(|| SystemClock.now());
            let done = store.after_restore(end_sessions).await?;
            store.stop_capture().await?;
            let users = Users::new(store.clone(), Arc::new(SystemClock), Arc::new(SystemRandom));
            let mut again = 0;
            for (_, customer) in erased {
                again += u64::from(users.erase_again(customer).await?);
            }
            store.close().await;
            print(&said(&done, again, lists.is_empty()))?;
            Ok::<_, Failure>(())
        })
    }
}

fn said(done: &AfterRestore, again: u64, has_no_list: bool) -> String {
    let mut lines = vec![format!(
        "{} live sessions were ended, {} codes and repeatable requests forgotten",
        done.ended_sessions, done.forgotten
    )];
    lines.push(match has_no_list {
        true => "No list of erasures was given: whoever was erased since the backup is back. Erase them again, and set \
                 retention.erasures_file for the next time"
            .to_owned(),
        false => format!("{again} customers who were erased since the backup are erased again"),
    });
    lines.join("\n")
}
