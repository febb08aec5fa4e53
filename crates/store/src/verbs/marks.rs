//! What a database remembers of a move.

use super::Verb;
use crate::engine::Engine;
use crate::records::{Is, Order, Records, Row, ToCell};
use crate::{Direction, MoveMark, MoveState, StoreResult, Table};

pub(crate) async fn all<E: Engine>(engine: &E) -> StoreResult<Vec<MoveMark>> {
    let marks = engine.find(Table::Moves, vec![], Order::by([("direction", false)])).await?;
    marks.iter().map(mark).collect()
}

/// Replaces the mark of a direction.
pub(crate) struct SetMark(pub MoveMark);

impl Verb for SetMark {
    type Outcome = ();

    fn trail(&self) -> Option<&crate::Trail> {
        None
    }

    fn lane(&self) -> &[u8] {
        b"moves"
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<(), R::Failure> {
        let MoveMark { direction, state, other, id, at } = &self.0;
        tx.remove(Table::Moves, &[Is::Equal("direction", direction.cell())]).await?;
        let columns = vec![
            ("direction", direction.cell()),
            ("state", state.cell()),
            ("other", other.cell()),
            ("move_id", id.cell()),
            ("at", at.cell()),
        ];
        tx.add(Table::Moves, columns).await
    }
}

pub(crate) struct ClearMark(pub Direction);

impl Verb for ClearMark {
    type Outcome = ();

    fn trail(&self) -> Option<&crate::Trail> {
        None
    }

    fn lane(&self) -> &[u8] {
        b"moves"
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<(), R::Failure> {
        tx.remove(Table::Moves, &[Is::Equal("direction", self.0.cell())]).await.map(drop)
    }
}

fn mark(row: &Row) -> StoreResult<MoveMark> {
    Ok(MoveMark {
        direction: row.word("direction", Direction::from_text)?,
        state: row.word("state", MoveState::from_text)?,
        other: row.text("other")?,
        id: row.array("move_id")?,
        at: row.moment("at")?,
    })
}
