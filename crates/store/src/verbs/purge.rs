//! The house-keeping: each table's records go when the table says that they are past their time.

use super::Verb;
use crate::engine::Engine;
use crate::records::{Is, Order, Records, Row};
use crate::tables::Purge;
use crate::{Purged, Retention, StoreResult, Table};

/// So many records go in one transaction: a few milliseconds, in which a sign-up may wait.
const BITE: u32 = 500;

pub(crate) async fn purge<E: Engine>(engine: &E, retention: Retention) -> StoreResult<Purged> {
    let mut purged = Purged::default();
    for table in Table::ALL {
        let Purge::Before(column, before) = table.definition().purge else { continue };
        let before = before(&retention);
        let gone = match table {
            Table::Sessions => &mut purged.sessions,
            Table::Audit => &mut purged.audit,
            _ => &mut purged.expired,
        };
        loop {
            let bite = engine.write(Bite { table, column, before }).await?;
            *gone += bite.gone;
            if !bite.was_full {
                break;
            }
        }
    }
    engine.tidy().await;
    Ok(purged)
}

struct Bite {
    table: Table,
    column: &'static str,
    before: i64,
}

struct Bitten {
    gone: u64,
    was_full: bool,
}

impl Verb for Bite {
    type Outcome = Bitten;

    fn trail(&self) -> Option<&crate::Trail> {
        None
    }

    fn lane(&self) -> &[u8] {
        self.table.name().as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<Bitten, R::Failure> {
        // The moment is asked for twice, the second time where the record goes: one that was renewed meanwhile stays.
        let over = [Is::Before(self.column, self.before)];
        let oldest = Order::by([(self.column, false)]).most(BITE);
        let keys: Vec<_> = tx.find(self.table, &over, oldest).await?.iter().map(Row::key).collect();
        let gone = tx.remove_keys(self.table, &keys, &over).await?;
        Ok(Bitten { gone, was_full: keys.len() >= BITE as usize })
    }
}
