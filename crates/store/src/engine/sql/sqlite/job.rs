//! A write on its way through the writer, without its types.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::super::db::{AnyTx, Tx};
use super::Tx as Open;
use crate::{StoreError, StoreResult};

/// A job on its way through a writer, without its types.
pub(crate) trait Job: Send {
    /// Nobody waits for it any more.
    fn is_abandoned(&self) -> bool;
    /// It ends or takes away, and is carried out on a full disk too.
    fn may_use_reserve(&self) -> bool;
    /// Runs it in the open transaction; says whether what it wrote may stay.
    fn run(&mut self, tx: &mut Open) -> bool;
    /// Tells the caller the outcome, or that it could not be committed and why.
    fn answer(self: Box<Self>, failure: Option<&str>);
}

pub(crate) struct Call<D, T, F> {
    data: D,
    job: F,
    may_use_reserve: bool,
    outcome: Option<StoreResult<T>>,
    reply: oneshot::Sender<StoreResult<T>>,
}

impl<D, T, F> Call<D, T, F> {
    pub fn new(data: D, job: F, may_use_reserve: bool, reply: oneshot::Sender<StoreResult<T>>) -> Self {
        Self { data, job, may_use_reserve, outcome: None, reply }
    }
}

impl<D, T, F> Job for Call<D, T, F>
where
    D: Send + Sync,
    T: Send,
    F: for<'t, 'c> Fn(&'t mut Tx<'c>, &'t D) -> BoxFuture<'t, StoreResult<T>> + Send,
{
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn may_use_reserve(&self) -> bool {
        self.may_use_reserve
    }

    fn run(&mut self, tx: &mut Open) -> bool {
        let mut tx = Tx::new(AnyTx::Sqlite(tx));
        let outcome = (self.job)(&mut tx, &self.data).now_or_never();
        let outcome = outcome.unwrap_or_else(|| Err(StoreError::Corrupt("a write job waited".to_owned())));
        let keep = outcome.is_ok() && !tx.is_discarded();
        self.outcome = Some(outcome);
        keep
    }

    fn answer(self: Box<Self>, failure: Option<&str>) {
        let outcome = match (failure, self.outcome) {
            (Some(cause), _) => Err(StoreError::Unavailable(cause.to_owned())),
            (None, Some(outcome)) => outcome,
            (None, None) => Err(StoreError::Corrupt("a write job panicked".to_owned())),
        };
        // A caller that has gone does not need it.
        let _ = self.reply.send(outcome);
    }
}
