//! Attempt counters: one conditional write for each limit.

use doorstep_base::Timestamp;
use mongodb::bson::{Bson, Document, doc};

use super::db::Db;
use super::documents::{Field, Fields};
use super::failure::Failure;
use super::tx::Tx;
use crate::rate::{Rate, Tally, Waits};
use crate::{AttemptLimit, Counted, StoreError, StoreResult, Table};

const ATTEMPTS: &str = Table::Attempts.name();

/// So often an attempt may be overtaken between its look and its write. Each time another one was counted.
const LOOKS: u32 = 100;

pub(super) async fn count_all(
    db: &Db,
    limits: Vec<(usize, AttemptLimit)>,
    now: Timestamp,
) -> StoreResult<Counted> {
    let lane = limits.first().map_or([0; 32], |(_, limit)| limit.key);
    for _ in 0..LOOKS {
        // A flood of refused attempts writes nothing.
        if let Some(refused) = refused(db, &limits, now).await? {
            return Ok(refused);
        }
        let asked = (limits.clone(), now);
        let job = db.write(&lane, asked, |tx, (limits, now)| Box::pin(count(tx, limits, *now)));
        if let Some(counted) = job.await? {
            return Ok(counted);
        }
    }
    Err(StoreError::Unavailable("a counter changes faster than it can be read".to_owned()))
}

pub(super) async fn uncount_all(
    db: &Db,
    limits: Vec<AttemptLimit>,
    counted_at: Timestamp,
    now: Timestamp,
) -> StoreResult<()> {
    let lane = limits.first().map_or([0; 32], |limit| limit.key);
    let job = db.write(&lane, (limits, counted_at, now), |tx, (limits, counted_at, now)| {
        Box::pin(async move {
            for limit in limits {
                let rate = Rate::of(limit, *now);
                let counted = doc! { "_id": limit.key.bson(), "free_at": { "$gt": rate.now() } };
                let back = rate.left_of_attempt(*counted_at);
                tx.update_one(ATTEMPTS, counted, vec![moved_back(&rate, back)]).await?;
            }
            Ok(())
        })
    });
    job.await
}

/// Whether the limits allow one more attempt. Only a hint, so that it need not be certain: the write decides.
async fn refused(db: &Db, limits: &[(usize, AttemptLimit)], now: Timestamp) -> StoreResult<Option<Counted>> {
    let keys: Vec<Bson> = limits.iter().map(|(_, limit)| limit.key.bson()).collect();
    let found = db.find_hint(ATTEMPTS, doc! { "_id": { "$in": keys } }).await?;
    let mut waits = Waits::default();
    for (place, limit) in limits {
        let mut free_at = None;
        for document in &found {
            if Fields(document).array::<32>("_id")? == limit.key {
                free_at = Fields(document).int_if_any("free_at")?;
            }
        }
        waits.add(*place, Rate::of(limit, now).wait(free_at));
    }
    Ok(waits.refused())
}

/// `None` when one of the limits is reached: then none has counted.
async fn count(
    tx: &mut Tx,
    limits: &[(usize, AttemptLimit)],
    now: Timestamp,
) -> Result<Option<Counted>, Failure> {
    let mut tally = Tally::default();
    for (_, limit) in limits {
        let rate = Rate::of(limit, now);
        // The filter names one counter below its limit. If it stands above, the upsert collides with it.
        let below = doc! { "_id": limit.key.bson(), "free_at": { "$lte": rate.highest() } };
        match tx.find_and_update(ATTEMPTS, below, vec![moved_on(&rate)], true).await {
            Ok(counter) => {
                let free_at = counter.map(|counter| Fields(&counter).int("free_at")).transpose()?;
                tally.add(&rate, free_at);
            }
            Err(failure) if failure.is_duplicate() => {
                tx.discard();
                return Ok(None);
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(Some(tally.counted()))
}

/// A pipeline's stage that moves the counter on by one step, from now if it is at rest.
fn moved_on(rate: &Rate) -> Document {
    let at_rest = doc! { "$max": ["$free_at", rate.now()] };
    doc! { "$set": { "free_at": { "$add": [at_rest, rate.step()] } } }
}

/// A pipeline's stage that moves the counter back, to rest at most.
fn moved_back(rate: &Rate, back: i64) -> Document {
    let earlier = doc! { "$subtract": ["$free_at", back] };
    doc! { "$set": { "free_at": { "$max": [earlier, rate.now()] } } }
}
