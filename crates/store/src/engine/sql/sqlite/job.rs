//! A write on its way through the writer.

use futures_util::FutureExt;
use tokio::sync::oneshot;

use super::super::db::{AnyTx, Tx};
use super::super::work::{Outcome, Work};
use super::Tx as Open;
use crate::{StoreError, StoreResult};

pub(crate) struct Job {
    work: Work,
    may_use_reserve: bool,
    outcome: Option<StoreResult<Outcome>>,
    reply: oneshot::Sender<StoreResult<Outcome>>,
}

impl Job {
    pub fn new(work: Work, may_use_reserve: bool, reply: oneshot::Sender<StoreResult<Outcome>>) -> Self {
        Self { work, may_use_reserve, outcome: None, reply }
    }

    /// Nobody waits for it any more.
    pub fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    /// It ends or takes away, and is carried out on a full disk too.
    pub const fn may_use_reserve(&self) -> bool {
        self.may_use_reserve
    }

    /// Runs it in the open transaction; says whether what it wrote may stay.
    pub fn run(&mut self, tx: &mut Open) -> bool {
        let mut tx = Tx::new(AnyTx::Sqlite(tx));
        let outcome = self.work.run(&mut tx).now_or_never();
        let outcome = outcome.unwrap_or_else(|| Err(StoreError::Corrupt("a write job waited".to_owned())));
        let keep = outcome.is_ok() && !tx.is_discarded();
        self.outcome = Some(outcome);
        keep
    }

    /// Tells the caller the outcome, or that it could not be committed and why.
    pub fn answer(self, failure: Option<&str>) {
        let outcome = match (failure, self.outcome) {
            (Some(cause), _) => Err(StoreError::Unavailable(cause.to_owned())),
            (None, Some(outcome)) => outcome,
            (None, None) => Err(StoreError::Corrupt("a write job panicked".to_owned())),
        };
        // A caller that has gone does not need it.
        let _ = self.reply.send(outcome);
    }
}
