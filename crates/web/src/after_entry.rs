//! What happens when somebody has entered, whichever way.

use async_trait::async_trait;
use doorstep_base::{CustomerId, SessionId};
use doorstep_store::SessionMode;

use crate::Caller;

/// A session that was handed over just now.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry {
    pub customer: CustomerId,
    pub session: SessionId,
    pub mode: SessionMode,
}

/// Is told of each entry before it is answered, and what it does must not undo one: it has no error to give.
#[async_trait]
pub trait AfterEntry: Send + Sync {
    async fn entered(&self, caller: &Caller, entry: NewEntry);
}
