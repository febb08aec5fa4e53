//! Bringing what is written while a shop is moved, and the moment in which it changes its database.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use doorstep_store::{Key, Table};
use tokio::time::{Instant, sleep};

use super::begin::Begun;
use super::{Move, MoveError, PAGE, Progress, compare};

/// How often an idle source is asked for changes.
const PULSE: Duration = Duration::from_millis(100);
/// A source that notes nothing for so long is written by nobody: a server that still runs has seen the mark by then, and
/// what it was writing is decided. (It looks every second, and waits 3 s for its database.)
const QUIET_TIME: Duration = Duration::from_secs(6);

/// Whether the source's servers have stopped, as far as the operator says; asked again and again, with how long
/// nothing has changed.
pub type Quiet<'q> = &'q mut (dyn FnMut(Duration) -> bool + Send);

/// Brings changes until `quiet` says that the servers have stopped, then the last ones. Returns how long the shop
/// stood still for it.
pub(super) async fn follow(
    order: &Move,
    begun: &Begun,
    progress: &mut Progress,
    quiet: Quiet<'_>,
) -> Result<Duration, MoveError> {
    progress.say("following: both databases are the same but for what is being written. Now stop the servers of the old one, then press Enter");
    let mut last_change = Instant::now();
    let mut brought = 0;
    while !quiet(last_change.elapsed()) {
        match drain(order, begun).await? {
            0 => sleep(PULSE).await,
            count => {
                brought += count;
                last_change = Instant::now();
                progress.note(|_| format!("following: {brought} changes brought"));
            }
        }
    }
    let begins = Instant::now();
    cut_over(order, begun, progress).await?;
    Ok(begins.elapsed())
}

/// From here on no server may start on the source; one that still runs is told about, and waited for.
async fn cut_over(order: &Move, begun: &Begun, progress: &mut Progress) -> Result<(), MoveError> {
    while drain(order, begun).await? > 0 {}
    begun.close_source(order).await?;
    let mut last_change = Instant::now();
    let mut warned = false;
    while last_change.elapsed() < QUIET_TIME {
        if drain(order, begun).await? == 0 {
            sleep(PULSE).await;
            continue;
        }
        last_change = Instant::now();
        if !warned {
            progress.say("the old database is still written to: stop its servers. This waits for them");
            warned = true;
        }
    }
    // No note is dropped unread: who was writing when the triggers go has left one.
    order.source.store.halt_capture().await?;
    while drain(order, begun).await? > 0 {}
    verify_counts(order, begun, progress).await
}

/// Every record was compared, and every change since was read back: what is left to show is that none is missing.
async fn verify_counts(order: &Move, begun: &Begun, progress: &mut Progress) -> Result<(), MoveError> {
    for table in Table::ALL {
        let (source, target) = (&order.source.store, &order.target.store);
        if source.count_records(table).await? != target.count_records(table).await? {
            progress.say("the databases hold different numbers of records: comparing them once more");
            super::compare_all(order, begun, progress).await?;
            break;
        }
    }
    Ok(())
}

/// Brings what was noted, a page of it; returns how many notes that were.
async fn drain(order: &Move, begun: &Begun) -> Result<u64, MoveError> {
    begun.still_ours(order).await?;
    let changes = order.source.store.captured(PAGE).await?;
    if changes.is_empty() {
        return Ok(0);
    }
    let mut keys: BTreeMap<Table, BTreeSet<Key>> = BTreeMap::new();
    for change in &changes {
        keys.entry(change.table).or_default().insert(change.key.clone());
    }
    for (table, keys) in keys {
        compare::bring(order, begun, table, keys).await?;
    }
    let count = changes.len() as u64;
    order.source.store.forget_captured(changes).await?;
    Ok(count)
}
