//! What is done now and then, beside requests.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use doorstep_account::Account;
use doorstep_base::Clock;
use doorstep_store::{Retention, Store};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::erasures::ErasureList;
use crate::{config, memory};

const MINUTE: Duration = Duration::from_secs(60);
const COUNT_OUTBOX: Duration = Duration::from_secs(15);
const HOUR: Duration = Duration::from_secs(3600);

/// Starts the jobs; they end when the set is dropped.
pub fn start(
    account: Arc<Account>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    kept: config::Retention,
) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    jobs.spawn(async move {
        let mut ticks = every(MINUTE);
        loop {
            ticks.tick().await;
            if let Err(error) = account.maintain().await {
                tracing::error!("the signing keys could not be looked after: {error}");
            }
        }
    });
    if let Some(path) = kept.erasures_file.clone() {
        jobs.spawn(list_erasures(path, store.clone()));
    }
    jobs.spawn(count_outbox(store.clone(), clock.clone()));
    jobs.spawn(async move {
        let mut ticks = every(HOUR);
        loop {
            ticks.tick().await;
            purge(&*store, &*clock, &kept).await;
        }
    });
    jobs.spawn(memory::keep_small());
    jobs
}

/// The first tick comes after a minute, so that a start stays a start, and often restarted servers still get there.
fn every(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval_at(Instant::now() + MINUTE, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// How mail is doing, for whoever looks at the metrics: it is no matter of readiness, for customers can do all else without it.
async fn count_outbox(store: Arc<dyn Store>, clock: Arc<dyn Clock>) {
    let mut ticks = interval_at(Instant::now() + COUNT_OUTBOX, COUNT_OUTBOX);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = clock.now();
        let (Ok(state), Ok(since)) = (store.outbox_state().await, store.outbox_due_since(now).await) else {
            continue;
        };
        for (state, count) in [("waiting", state.waiting), ("dead", state.dead)] {
            let count = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
            metrics::gauge!("doorstep_outbox_messages", "state" => state).set(count);
        }
        let late = since.map_or(0.0, |since| now.since(since).as_secs_f64());
        metrics::gauge!("doorstep_outbox_late_seconds").set(late);
    }
}

async fn list_erasures(path: PathBuf, store: Arc<dyn Store>) {
    let mut list = None;
    let mut ticks = every(MINUTE);
    loop {
        ticks.tick().await;
        let opened = match list.take() {
            Some(list) => Ok(list),
            None => ErasureList::open(&path).await,
        };
        let told = match opened {
            Ok(mut opened) => {
                let told = opened.catch_up(&*store).await.map(drop);
                list = Some(opened);
                told
            }
            Err(error) => Err(error),
        };
        if let Err(error) = told {
            tracing::error!("the list of erasures could not be written, and is tried again: {error}");
        }
    }
}

async fn purge(store: &dyn Store, clock: &dyn Clock, kept: &config::Retention) {
    let now = clock.now();
    let retention = Retention {
        sessions_before: now - kept.ended_sessions,
        audit_before: now - kept.audit,
        expired_before: now,
    };
    match store.purge(retention).await {
        Ok(gone) => tracing::info!(
            sessions = gone.sessions,
            audit = gone.audit,
            expired = gone.expired,
            "what was past its time is deleted"
        ),
        Err(error) => tracing::error!("what is past its time could not be deleted: {error}"),
    }
}
