//! Closing the source and opening the target, in the order in which a kill leaves at most one of them open.

use doorstep_store::{Direction, Store};

use super::begin::Begun;
use super::{Move, MoveError};

pub(super) async fn end(order: &Move, begun: &Begun) -> Result<(), MoveError> {
    let (source, target) = (&order.source.store, &order.target.store);
    begun.still_ours(order).await?;
    // Also where this run did not follow: one before it may have.
    source.stop_capture().await?;
    if order.keep_source {
        target.clear_move_mark(Direction::From).await?;
        source.clear_move_mark(Direction::To).await?;
        return Ok(());
    }
    begun.close_source(order).await?;
    target.clear_move_mark(Direction::From).await?;
    Ok(())
}

/// Takes back what a move left in its source, so that servers may start on it again.
pub async fn release(source: &dyn Store) -> Result<(), MoveError> {
    source.stop_capture().await?;
    source.clear_move_mark(Direction::To).await?;
    Ok(())
}
