//! `doorstep migrate`: for shops whose servers may not change the schema. `serve` does the same at its start.

use doorstep_base::Clock as _;

use super::{Common, Failure, Outcome, print, runtime};
use crate::system::SystemClock;
use crate::wire;

pub fn run(common: &Common) -> Outcome {
    let config = common.load()?;
    let steps = runtime(Some(1))?.block_on(async {
        let store = wire::open_store(&config.database).await?;
        let steps = store.migrate(SystemClock.now()).await?;
        store.close().await;
        Ok::<_, Failure>(steps)
    })?;
    print(&match steps {
        0 => "The schema is up to date".to_owned(),
        1 => "1 step taken, the schema is up to date".to_owned(),
        _ => format!("{steps} steps taken, the schema is up to date"),
    })
}
