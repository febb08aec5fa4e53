//! A write job without its types. What is around jobs (transactions, pools, tasks) is compiled once for all of them: a copy for each verb
//! and server made the program larger by megabytes.

use std::any::Any;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::db::Tx;
use crate::{StoreError, StoreResult};

/// What a job comes to, whatever it is.
pub(crate) type Outcome = Box<dyn Any + Send>;

type Erased = dyn for<'t, 'c> Fn(&'t mut Tx<'c>) -> BoxFuture<'t, StoreResult<Outcome>> + Send + Sync;

/// A job with its data. It may be carried out again.
#[derive(Clone)]
pub(crate) struct Work(Arc<Erased>);

impl Work {
    pub fn new<D, T, F>(data: D, job: F) -> Self
    where
        D: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t, 'c> Fn(&'t mut Tx<'c>, &'t D) -> BoxFuture<'t, StoreResult<T>> + Send + Sync + 'static,
    {
        let work = Arc::new((data, job));
        Self(Arc::new(move |tx| {
            let work = Arc::clone(&work);
            Box::pin(async move {
                let (data, job) = &*work;
                let done = job(tx, data).await?;
                Ok(Box::new(done) as Outcome)
            })
        }))
    }

    pub fn run<'t>(&self, tx: &'t mut Tx<'_>) -> BoxFuture<'t, StoreResult<Outcome>> {
        (self.0)(tx)
    }
}

/// An outcome with its type again.
pub(crate) fn typed<T: 'static>(outcome: Outcome) -> StoreResult<T> {
    let typed = outcome.downcast().map(|outcome| *outcome);
    typed.map_err(|_| StoreError::Corrupt("a write job came to something else".to_owned()))
}
