//! What must be so before the first record goes.

use doorstep_base::random;
use doorstep_store::{Direction, MoveMark, MoveState, Store, StoreResult, Table};

use super::{End, Move, MoveError};

/// A move under way, as this process marked it.
pub(super) struct Begun {
    pub state: MoveState,
    pub id: [u8; 32],
    mark: MoveMark,
}

impl Begun {
    /// Remembers in the target how far the move is.
    pub async fn reach(&mut self, order: &Move, state: MoveState) -> StoreResult<()> {
        self.state = state;
        self.mark = MoveMark { state, ..self.mark.clone() };
        order.target.store.set_move_mark(self.mark.clone()).await
    }

    /// Fails when another process has gone on with this move meanwhile.
    pub async fn still_ours(&self, order: &Move) -> Result<(), MoveError> {
        let mark = mark_of(&*order.target.store, Direction::From).await?;
        if mark.as_ref() == Some(&self.mark) { Ok(()) } else { Err(MoveError::TakenOver) }
    }
}

/// Looks at both ends, then marks them. Nothing is changed where this refuses.
pub(super) async fn begin(order: &Move) -> Result<Begun, MoveError> {
    let Move { source, target, clock, .. } = order;
    if source.name == target.name {
        return Err(MoveError::Same(source.name.clone()));
    }
    let leaving = mark_of(&*source.store, Direction::To).await?;
    let arriving = mark_of(&*target.store, Direction::From).await?;
    refuse_half_moved(source).await?;
    let same = matches!((&leaving, &arriving), (Some(to), Some(from)) if to.id == from.id);
    let (id, state) = match (&leaving, &arriving) {
        (Some(to), Some(from)) if same => (to.id, from.state),
        (_, Some(from)) => return Err(other_move(target, from)),
        _ => (random::bytes(&*order.random), MoveState::Copying),
    };
    if !same {
        refuse_unless_open(&*source.store, &source.name).await?;
        refuse_unless_open(&*target.store, &target.name).await?;
        refuse_unless_empty(target).await?;
        let to = MoveMark {
            direction: Direction::To,
            state: MoveState::Copying,
            other: target.name.clone(),
            id,
            at: clock.now(),
        };
        source.store.set_move_mark(to).await?;
    }
    let direction = Direction::From;
    let mark = MoveMark { direction, state, other: source.name.clone(), id, at: clock.now() };
    target.store.set_move_mark(mark.clone()).await?;
    // Two names of one database, which is empty: what was just written into one end stands in the other.
    if mark_of(&*source.store, Direction::From).await?.is_some() {
        target.store.clear_move_mark(Direction::From).await?;
        source.store.clear_move_mark(Direction::To).await?;
        return Err(MoveError::Same(source.name.clone()));
    }
    Ok(Begun { state, id, mark })
}

/// Refuses a database that a move has not filled yet, or that a move has left: nobody may serve or change it.
pub async fn refuse_unless_open(store: &dyn Store, name: &str) -> Result<(), MoveError> {
    for mark in store.move_marks().await? {
        let (name, other) = (name.to_owned(), mark.other);
        match (mark.direction, mark.state) {
            (Direction::From, _) => return Err(MoveError::HalfMoved { name, other }),
            (Direction::To, MoveState::Done) => {
                return Err(MoveError::Moved { name, other, at: mark.at.to_string() });
            }
            (Direction::To, _) => {}
        }
    }
    Ok(())
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
