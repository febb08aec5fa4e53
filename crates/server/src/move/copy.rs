//! Every record once, table by table.

use doorstep_store::Table;

use super::begin::Begun;
use super::{Move, MoveError, PAGE, Progress, total};

/// Begins in each table behind the greatest key of the target: pages go in the order of the keys, so all before it are there.
/// Reads the next page while the last one is written.
pub(super) async fn copy(order: &Move, begun: &Begun, progress: &mut Progress) -> Result<(), MoveError> {
    let (source, target) = (&order.source.store, &order.target.store);
    progress.begin("copying", total(&order.source).await?, total(&order.target).await?);
    for table in Table::ALL {
        let mut after = target.last_key(table).await?;
        let mut page = source.records_after(table, after.clone(), PAGE).await?;
        while let Some(last) = page.last() {
            after = Some(last.key(table));
            let count = page.len() as u64;
            begun.still_ours(order).await?;
            let next = source.records_after(table, after, PAGE);
            let (put, next) = tokio::join!(target.put_records(table, page), next);
            put?;
            page = next?;
            progress.add(table.name(), count);
        }
    }
    progress.finish();
    Ok(())
}
