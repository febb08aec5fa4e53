//! Both sides record by record, and the mending of what differs.

use std::collections::{BTreeMap, BTreeSet};

use doorstep_store::{Key, Record, StoreResult, Table};

use super::begin::Begun;
use super::{Move, MoveError, PAGE, Progress, total};

/// What a comparison found.
#[derive(Default)]
pub(super) struct Compared {
    pub records: u64,
    /// Records that were not the same on both sides, and were brought again.
    pub mended: u64,
    sum: [u64; 4],
}

impl Compared {
    /// Of the records of both sides, whatever their order: the sum of their digests, in four lanes.
    pub fn checksum(&self) -> String {
        self.sum.map(|lane| format!("{lane:016x}")).concat()
    }

    fn count(&mut self, table: Table, record: &Record) {
        self.records += 1;
        let digest = record.digest(table);
        for (lane, bytes) in self.sum.iter_mut().zip(digest.chunks_exact(8)) {
            let number = bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
            *lane = lane.wrapping_add(number);
        }
    }
}

pub(super) async fn compare(
    order: &Move,
    begun: &Begun,
    progress: &mut Progress,
) -> Result<Compared, MoveError> {
    let mut compared = Compared::default();
    progress.begin("comparing", total(&order.source).await?, 0);
    for table in Table::ALL {
        let mut after = None;
        loop {
            let (source, target) = tokio::join!(
                order.source.store.records_after(table, after.clone(), PAGE),
                order.target.store.records_after(table, after, PAGE),
            );
            let pages = Pages::new(table, source?, target?);
            let differing = pages.differing(table);
            compared.mended += differing.len() as u64;
            bring(order, begun, table, differing).await?;
            for record in &pages.source {
                compared.count(table, record);
            }
            progress.add(table.name(), pages.source.len() as u64);
            match pages.up_to {
                Some(key) => after = Some(key),
                None => break,
            }
        }
    }
    progress.finish();
    Ok(compared)
}

/// What both sides hold in the same range of keys.
struct Pages {
    source: Vec<Record>,
    target: Vec<Record>,
    /// Where the range ends; nowhere when both sides were read to their end.
    up_to: Option<Key>,
}

impl Pages {
    /// A full page says nothing about the keys behind its last one: the range ends at the first such end.
    fn new(table: Table, mut source: Vec<Record>, mut target: Vec<Record>) -> Self {
        let end = |page: &[Record]| {
            let is_full = page.len() >= PAGE as usize;
            page.last().filter(|_| is_full).map(|last| last.key(table))
        };
        let up_to = [end(&source), end(&target)].into_iter().flatten().min();
        if let Some(end) = &up_to {
            source.retain(|record| record.key(table) <= *end);
            target.retain(|record| record.key(table) <= *end);
        }
        Self { source, target, up_to }
    }

    fn differing(&self, table: Table) -> BTreeSet<Key> {
        if self.source == self.target {
            return BTreeSet::new();
        }
        let by_key = |page: &'_ [Record]| -> BTreeMap<Key, Record> {
            page.iter().map(|record| (record.key(table), record.clone())).collect()
        };
        let (source, target) = (by_key(&self.source), by_key(&self.target));
        let keys = source.keys().chain(target.keys());
        keys.filter(|key| source.get(key) != target.get(key)).cloned().collect()
    }
}

/// Makes these records of the target what they are in the source now, and reads them back.
pub(super) async fn bring(
    order: &Move,
    begun: &Begun,
    table: Table,
    keys: BTreeSet<Key>,
) -> Result<(), MoveError> {
    if keys.is_empty() {
        return Ok(());
    }
    let (source, target) = (&order.source.store, &order.target.store);
    let all: Vec<_> = keys.iter().cloned().collect();
    let standing = sorted(table, source.records_of(table, all.clone()).await)?;
    begun.still_ours(order).await?;
    let stands: BTreeSet<_> = standing.iter().map(|record| record.key(table)).collect();
    let gone: Vec<_> = keys.difference(&stands).cloned().collect();
    if !gone.is_empty() {
        target.delete_records(table, gone).await?;
    }
    if !standing.is_empty() {
        target.put_records(table, standing.clone()).await?;
    }
    let kept = sorted(table, target.records_of(table, all).await)?;
    if kept == standing {
        return Ok(());
    }
    let count = kept.len().abs_diff(standing.len()) + kept.iter().filter(|r| !standing.contains(r)).count();
    Err(MoveError::NotKept { table: table.name(), count })
}

fn sorted(table: Table, records: StoreResult<Vec<Record>>) -> StoreResult<Vec<Record>> {
    let mut records = records?;
    records.sort_by_cached_key(|record| record.key(table));
    Ok(records)
}
