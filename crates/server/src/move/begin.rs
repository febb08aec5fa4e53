//! What must be so before the first record goes.

use std::time::Duration;

use doorstep_base::random;
use doorstep_store::{Direction, MoveMark, MoveState, Store, StoreResult, Table};

use super::{End, Move, MoveError};

/// How often a server looks whether its shop has moved away.
const LOOK: Duration = Duration::from_secs(1);

/// A move under way, as this process marked it.
pub(super) struct Begun {
    pub state: MoveState,
    to: MoveMark,
    from: MoveMark,
}

impl Begun {
    /// Remembers in the target how far the move is.
    pub async fn reach(&mut self, order: &Move, state: MoveState) -> Result<(), MoveError> {
        self.still_ours(order).await?;
        self.state = state;
        self.from = MoveMark { state, ..self.from.clone() };
        Ok(order.target.store.set_move_mark(self.from.clone()).await?)
    }

    /// Fails when another process has gone on with this move, has ended it, or has begun one from the same source. Asked
    /// before each page that is written: a process that was stopped for a while must not touch a shop that is open again.
    pub async fn still_ours(&self, order: &Move) -> Result<(), MoveError> {
        let from = mark_of(&*order.target.store, Direction::From).await?;
        let to = mark_of(&*order.source.store, Direction::To).await?;
        let is_ours = from.as_ref() == Some(&self.from) && to.is_some_and(|to| to.id == self.to.id);
        if is_ours { Ok(()) } else { Err(MoveError::TakenOver) }
    }

    /// From here on no server serves the source: those that run see the mark within a second.
    pub async fn close_source(&self, order: &Move) -> Result<(), MoveError> {
        self.still_ours(order).await?;
        let (state, at) = (MoveState::Done, order.clock.now());
        Ok(order.source.store.set_move_mark(MoveMark { state, at, ..self.to.clone() }).await?)
    }
}

/// Looks at both ends, then marks them. Nothing is changed where this refuses.
pub(super) async fn begin(order: &Move) -> Result<Begun, MoveError> {
    let Move { source, target, .. } = order;
    if source.name == target.name {
        return Err(MoveError::Same(source.name.clone()));
    }
    refuse_half_moved(source).await?;
    let leaving = mark_of(&*source.store, Direction::To).await?;
    let arriving = mark_of(&*target.store, Direction::From).await?;
    let (id, state) = match (leaving, arriving) {
        (Some(to), Some(from)) if to.id == from.id => {
            if from.state == MoveState::Following && !order.follow {
                return Err(MoveError::Follows { name: source.name.clone() });
            }
            return mark(order, to.id, from.state, to.state).await;
        }
        (_, Some(from)) => return Err(other_move(target, &from)),
        // Killed between its two marks.
        (Some(to), None) if to.state != MoveState::Done && to.other == target.name => {
            (to.id, MoveState::Copying)
        }
        (Some(to), None) => {
            return Err(match to.state {
                MoveState::Done => moved(&source.name, to),
                _ => MoveError::BeingMoved { name: source.name.clone(), other: to.other },
            });
        }
        (None, None) => (random::bytes(&*order.random), MoveState::Copying),
    };
    refuse_unless_open(&*target.store, &target.name).await?;
    refuse_unless_empty(target).await?;
    mark(order, id, state, MoveState::Copying).await
}

/// Marks both ends as this process's. A source that was closed stays closed; else it says whether servers may start on it.
async fn mark(order: &Move, id: [u8; 32], state: MoveState, was: MoveState) -> Result<Begun, MoveError> {
    let Move { source, target, clock, .. } = order;
    let open = if order.follow { MoveState::Following } else { MoveState::Copying };
    let leaving = if was == MoveState::Done { was } else { open };
    let mark = |direction, state, other: &End| {
        let (other, at) = (other.name.clone(), clock.now());
        MoveMark { direction, state, other, id, at }
    };
    let to = mark(Direction::To, leaving, target);
    source.store.set_move_mark(to.clone()).await?;
    let from = mark(Direction::From, state, source);
    target.store.set_move_mark(from.clone()).await?;
    // Two names of one database, which is empty: what was just written into one end stands in the other.
    if mark_of(&*source.store, Direction::From).await?.is_some() {
        target.store.clear_move_mark(Direction::From).await?;
        source.store.clear_move_mark(Direction::To).await?;
        return Err(MoveError::Same(source.name.clone()));
    }
    Ok(Begun { state, to, from })
}

fn moved(name: &str, to: MoveMark) -> MoveError {
    MoveError::Moved { name: name.to_owned(), other: to.other, at: to.at.to_string() }
}

/// Refuses a database that a move has not filled yet, that one is copying, or that one has left: nobody may serve or
/// change it. One that is being followed may be served.
pub async fn refuse_unless_open(store: &dyn Store, name: &str) -> Result<(), MoveError> {
    for mark in store.move_marks().await? {
        let other = mark.other.clone();
        return Err(match (mark.direction, mark.state) {
            (Direction::To, MoveState::Following) => continue,
            (Direction::From, _) => MoveError::HalfMoved { name: name.to_owned(), other },
            (Direction::To, MoveState::Copying) => MoveError::BeingMoved { name: name.to_owned(), other },
            (Direction::To, MoveState::Done) => moved(name, mark),
        });
    }
    Ok(())
}

/// Returns when a move has left this database: who still serves it must stop.
pub async fn left(store: &dyn Store) -> MoveMark {
    loop {
        tokio::time::sleep(LOOK).await;
        // A database that does not answer is told about elsewhere.
        if let Ok(Some(mark)) = mark_of(store, Direction::To).await
            && mark.state == MoveState::Done
        {
            return mark;
        }
    }
}

async fn refuse_half_moved(source: &End) -> Result<(), MoveError> {
    match mark_of(&*source.store, Direction::From).await? {
        Some(mark) => Err(MoveError::HalfMoved { name: source.name.clone(), other: mark.other }),
        None => Ok(()),
    }
}

fn other_move(target: &End, mark: &MoveMark) -> MoveError {
    MoveError::OtherMove { target: target.name.clone(), other: mark.other.clone() }
}

pub(super) async fn mark_of(store: &dyn Store, direction: Direction) -> StoreResult<Option<MoveMark>> {
    let marks = store.move_marks().await?;
    Ok(marks.into_iter().find(|mark| mark.direction == direction))
}

async fn refuse_unless_empty(target: &End) -> Result<(), MoveError> {
    let mut holds = Vec::new();
    for table in Table::ALL {
        let count = target.store.count_records(table).await?;
        if count > 0 {
            holds.push(format!("{count} {}", table.name().replace('_', " ")));
        }
    }
    if holds.is_empty() {
        return Ok(());
    }
    Err(MoveError::NotEmpty { target: target.name.clone(), holds: holds.join(", ") })
}
