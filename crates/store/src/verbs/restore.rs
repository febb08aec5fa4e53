//! After a restore: what a backup brings back and must not.

use doorstep_base::Timestamp;

use super::Verb;
use super::sessions::ended;
use crate::engine::Engine;
use crate::records::{Is, Order, Records, Row, ToCell};
use crate::{AfterRestore, EndReason, StoreResult, Table, Trail};

/// So many records change in one transaction.
const BITE: u32 = 500;

pub(crate) async fn after_restore<E: Engine>(
    engine: &E,
    end_sessions: Option<Timestamp>,
) -> StoreResult<AfterRestore> {
    let mut done = AfterRestore::default();
    while let Some(now) = end_sessions {
        let Some(ended) = engine.write(EndSome { now }).await? else { break };
        done.ended_sessions += ended;
    }
    for table in [Table::Challenges, Table::Idempotency] {
        loop {
            let gone = engine.write(ForgetSome { table }).await?;
            done.forgotten += gone;
            if gone < u64::from(BITE) {
                break;
            }
        }
    }
    Ok(done)
}

/// Ends sessions that are live. `None` when there is none.
struct EndSome {
    now: Timestamp,
}

impl Verb for EndSome {
    type Outcome = Option<u64>;

    fn trail(&self) -> Option<&Trail> {
        None
    }

    fn lane(&self) -> &[u8] {
        Table::Sessions.name().as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<Option<u64>, R::Failure> {
        let live = [Is::Empty("ended_at"), Is::After("gone_at", self.now.as_millis())];
        let some = Order::by([("gone_at", false)]).most(BITE);
        let mut count = None;
        for session in tx.find(Table::Sessions, &live, some).await? {
            let own = [Is::Equal("id", session.array::<16>("id")?.cell()), Is::Empty("ended_at")];
            let ended = tx.change(Table::Sessions, &own, &ended(EndReason::Restored, self.now)).await?;
            count = Some(count.unwrap_or(0) + ended);
        }
        Ok(count)
    }
}

/// Removes records of a table, whichever.
struct ForgetSome {
    table: Table,
}

impl Verb for ForgetSome {
    type Outcome = u64;

    fn trail(&self) -> Option<&Trail> {
        None
    }

    fn lane(&self) -> &[u8] {
        self.table.name().as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<u64, R::Failure> {
        let some = tx.find(self.table, &[], Order::any().most(BITE)).await?;
        let keys: Vec<_> = some.iter().map(Row::key).collect();
        tx.remove_keys(self.table, &keys, &[]).await
    }
}
