//! Closing the source and opening the target, in the order in which a kill leaves at most one of them open.

use doorstep_store::{Direction, MoveMark, MoveState, Store};

use super::begin::mark_of;
use super::{Move, MoveError};

pub(super) async fn end(order: &Move, followed: bool) -> Result<(), MoveError> {
    let (source, target) = (&order.source.store, &order.target.store);
    if followed {
        source.stop_capture().await?;
    }
    if order.keep_source {
        target.clear_move_mark(Direction::From).await?;
        source.clear_move_mark(Direction::To).await?;
        return Ok(());
    }
    if let Some(mark) = mark_of(&**source, Direction::To).await? {
        source.set_move_mark(MoveMark { state: MoveState::Done, ..mark }).await?;
    }
    target.clear_move_mark(Direction::From).await?;
    Ok(())
}

/// Takes back what a move left in its source, so that servers may start on it again.
pub async fn release(source: &dyn Store) -> Result<(), MoveError> {
    source.stop_capture().await?;
    source.clear_move_mark(Direction::To).await?;
    Ok(())
}
