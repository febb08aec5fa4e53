//! Whether the client still waits, for work that a hang-up must not cut off.

use std::future::pending;

use doorstep_base::Code;
use tokio::sync::watch;

use crate::{ApiError, Caller};

/// Tells when the client has gone.
#[derive(Clone, Debug, Default)]
pub struct Gone(Option<watch::Receiver<()>>);

/// Dropped with the request that the client has given up.
#[derive(Debug)]
pub struct Waits(#[allow(dead_code, reason = "its end is the message")] watch::Sender<()>);

impl Gone {
    pub fn watch() -> (Waits, Self) {
        let (waits, gone) = watch::channel(());
        (Waits(waits), Self(Some(gone)))
    }

    /// Of somebody who stays.
    pub const fn never() -> Self {
        Self(None)
    }

    /// Ends when the client has gone, and not before.
    pub async fn wait(&self) {
        match self.0.clone() {
            Some(mut gone) => while gone.changed().await.is_ok() {},
            None => pending().await,
        }
    }
}

impl Caller {
    /// Does the work in a task of its own: what has been decided is written down also when the client hangs up. What only
    /// waits can give up by [`Gone`].
    pub async fn carry_out<T, F>(mut self, work: impl FnOnce(Self) -> F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        let (waits, gone) = Gone::watch();
        self.gone = gone;
        let done = tokio::spawn(work(self)).await;
        drop(waits);
        done.unwrap_or_else(|error| Err(ApiError::new(Code::Internal).cause(&error)))
    }
}
