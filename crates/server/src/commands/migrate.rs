//! `doorstep migrate`: for shops whose servers may not change the schema. `serve` does the same at its start.

use clap::Args;
use doorstep_base::Clock as _;
use doorstep_store::Migration;

use super::{Common, Failure, Outcome, print, runtime};
use crate::system::SystemClock;
use crate::wire;

#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    common: Common,
    /// Print the steps that would be taken, and take none.
    #[arg(long)]
    dry_run: bool,
}

impl Migrate {
    pub fn run(&self) -> Outcome {
        let config = self.common.load()?;
        let told = runtime(Some(1))?.block_on(async {
            let store = wire::open_store(&config.database).await?;
            let told = match self.dry_run {
                true => plan(&store.migration().await?),
                false => done(store.migrate(SystemClock.now()).await?),
            };
            store.close().await;
            Ok::<_, Failure>(told)
        })?;
        print(&told)
    }
}

fn done(steps: u32) -> String {
    match steps {
        0 => "The schema is up to date".to_owned(),
        1 => "1 step taken, the schema is up to date".to_owned(),
        _ => format!("{steps} steps taken, the schema is up to date"),
    }
}

fn plan(migration: &Migration) -> String {
    let Migration { found, known, steps } = migration;
    if steps.is_empty() {
        return format!("The schema is up to date (step {found})");
    }
    let mut lines = vec![format!("The schema has step {found}, this version brings it to {known}:")];
    lines.extend(steps.iter().map(|step| format!("  {:>3}  {}", step.number, step.what)));
    lines.push(match migration.stops_older_nodes() {
        None if *found == 0 => "The database is empty.".to_owned(),
        None => "Older nodes may go on meanwhile and afterwards.".to_owned(),
        Some(step) => format!("Stop the older nodes first: they cannot go on after step {}.", step.number),
    });
    lines.join("\n")
}
