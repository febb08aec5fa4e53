//! Attempt counters: one conditional write for each limit.

use std::sync::LazyLock;
use std::time::Duration;

use doorstep_base::Timestamp;

use super::db::{Db, Tx};
use super::rows::number;
use super::value::values;
use crate::rate::{Rate, Tally, Waits};
use crate::{AttemptLimit, Counted, StoreResult, Table};

static FREE_AT: LazyLock<String> =
    LazyLock::new(|| format!("SELECT free_at FROM {} WHERE attempt_key = ?", Table::Attempts.name()));
static MOVE_ON: LazyLock<String> = LazyLock::new(|| {
    format!(
        "UPDATE {} SET free_at = CASE WHEN free_at > ? THEN free_at ELSE ? END + ? \
         WHERE attempt_key = ? AND free_at <= ?",
        Table::Attempts.name()
    )
});
static MOVE_BACK: LazyLock<String> = LazyLock::new(|| {
    format!(
        "UPDATE {} SET free_at = CASE WHEN free_at > ? THEN free_at - ? ELSE ? END \
         WHERE attempt_key = ? AND free_at > ?",
        Table::Attempts.name()
    )
});
static BEGIN: LazyLock<String> =
    LazyLock::new(|| format!("INSERT INTO {} (attempt_key, free_at) VALUES (?, ?)", Table::Attempts.name()));

pub(super) async fn count_all(
    db: &Db,
    limits: Vec<(usize, AttemptLimit)>,
    now: Timestamp,
) -> StoreResult<Counted> {
    // A flood of refused attempts writes nothing, so it does not have to stand in the writers' queue either.
    let mut waits = Waits::default();
    for (place, limit) in &limits {
        let free_at = db.one(&FREE_AT, values![limit.key], number).await?;
        waits.add(*place, Rate::of(limit, now).wait(free_at));
    }
    if let Some(refused) = waits.refused() {
        return Ok(refused);
    }
    db.write((limits, now), |tx, (limits, now)| Box::pin(count(tx, limits, *now))).await
}

pub(super) async fn uncount_all(
    db: &Db,
    limits: Vec<AttemptLimit>,
    counted_at: Timestamp,
    now: Timestamp,
) -> StoreResult<()> {
    let job = db.write((limits, counted_at, now), |tx, (limits, counted_at, now)| {
        Box::pin(async move {
            for limit in limits {
                let rate = Rate::of(limit, *now);
                let (now, back) = (rate.now(), rate.left_of_attempt(*counted_at));
                let lowest = now + back;
                tx.execute(&MOVE_BACK, values![lowest, back, now, limit.key, now]).await?;
            }
            Ok(())
        })
    });
    job.await
}

async fn count(tx: &mut Tx<'_>, limits: &[(usize, AttemptLimit)], now: Timestamp) -> StoreResult<Counted> {
    let mut tally = Tally::default();
    let mut waits = Waits::default();
    for (place, limit) in limits {
        let rate = Rate::of(limit, now);
        let mut counted = move_on(tx, &limit.key, &rate).await?;
        let mut free_at = tx.one(&FREE_AT, values![limit.key], number).await?;
        if !counted && rate.wait(free_at).is_none() {
            // The counter was cleared between the two: on a server others write meanwhile.
            counted = move_on(tx, &limit.key, &rate).await?;
            free_at = tx.one(&FREE_AT, values![limit.key], number).await?;
        }
        if counted {
            tally.add(&rate, free_at);
        }
        // Nothing passes uncounted.
        let wait = || rate.wait(free_at).unwrap_or(Duration::from_secs(1));
        waits.add(*place, (!counted).then(wait));
    }
    if let Some(refused) = waits.refused() {
        tx.discard();
        return Ok(refused);
    }
    Ok(tally.counted())
}

/// Counts on a counter that allows it. No upsert: not every database has one that tells what it did.
async fn move_on(tx: &mut Tx<'_>, key: &[u8; 32], rate: &Rate) -> StoreResult<bool> {
    let (now, step, highest) = (rate.now(), rate.step(), rate.highest());
    let update_values = values![now, now, step, key, highest];
    if tx.execute(&MOVE_ON, update_values).await? == 1 {
        return Ok(true);
    }
    let first = now + step;
    if tx.insert_unless_taken(&BEGIN, values![key, first]).await? {
        return Ok(true);
    }
    // It stands: on the limit, or made by somebody else a moment ago.
    Ok(tx.execute(&MOVE_ON, update_values).await? == 1)
}
