//! What a database remembers of a move.

use crate::sql::SqlStore;
use crate::sql::db::Row;
use crate::sql::value::values;
use crate::{Direction, MoveMark, MoveState, StoreResult};

impl SqlStore {
    pub(super) async fn marks(&self) -> StoreResult<Vec<MoveMark>> {
        self.db.all("SELECT direction, state, other, move_id, at FROM moves", &[], mark).await
    }

    pub(super) async fn set_mark(&self, mark: MoveMark) -> StoreResult<()> {
        let job = self.db.write(mark, |tx, mark| {
            Box::pin(async move {
                let MoveMark { direction, state, other, id, at } = mark;
                tx.execute("DELETE FROM moves WHERE direction = ?", values![direction]).await?;
                let insert =
                    "INSERT INTO moves (direction, state, other, move_id, at) VALUES (?, ?, ?, ?, ?)";
                tx.execute(insert, values![direction, state, other, id, at]).await.map(drop)
            })
        });
        job.await
    }

    pub(super) async fn clear_mark(&self, direction: Direction) -> StoreResult<()> {
        let job = self.db.write(direction, |tx, direction| {
            Box::pin(async move {
                let clear = "DELETE FROM moves WHERE direction = ?";
                tx.execute(clear, values![direction]).await.map(drop)
            })
        });
        job.await
    }
}

fn mark(row: &mut Row<'_>) -> StoreResult<MoveMark> {
    Ok(MoveMark {
        direction: row.word(Direction::from_text)?,
        state: row.word(MoveState::from_text)?,
        other: row.text()?,
        id: row.array()?,
        at: row.moment()?,
    })
}
