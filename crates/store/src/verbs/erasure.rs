//! Erasing a customer. What becomes of each table's records is what the table says of itself.

use doorstep_base::Timestamp;

use super::Verb;
use super::audit::{add_event, add_messages};
use super::passwords::proven;
use super::sessions::end_all;
use crate::records::{Is, Records, Set, ToCell};
use crate::tables::OnErase;
use crate::{Cell, EndReason, Proof, Table, Trail};

pub(super) struct Erase {
    pub proof: Proof,
    pub now: Timestamp,
    pub trail: Trail,
}

impl Verb for Erase {
    type Outcome = bool;
    const EVEN_WHEN_FULL: bool = true;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        self.proof.customer.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<bool, R::Failure> {
        if tx.remove(Table::Customers, &proven(self.proof)).await? == 0 {
            return Ok(false);
        }
        end_all(tx, self.proof.customer, None, EndReason::AccountErased, self.now).await?;
        // Before the trail is cleaned: this event is part of it.
        add_event(tx, &self.trail.audit).await?;
        for table in Table::ALL {
            self.erase_from(tx, table).await?;
        }
        // Only now: what tells of the erasure must not go with it.
        add_messages(tx, &self.trail).await?;
        Ok(true)
    }
}

impl Erase {
    async fn erase_from<R: Records>(&self, tx: &mut R, table: Table) -> Result<(), R::Failure> {
        let Some(owner) = table.definition().owner else { return Ok(()) };
        let own = [Is::Equal(owner, self.proof.customer.cell())];
        match table.definition().on_erase {
            OnErase::Delete => tx.remove(table, &own).await?,
            OnErase::Empty(columns) => {
                let set: Vec<_> = columns.iter().map(|column| Set::To(column, Cell::Null)).collect();
                tx.change(table, &own, &set).await?
            }
            OnErase::Nothing { .. } => 0,
        };
        Ok(())
    }
}
