//! The verbs of the port, each written once for every engine.
//!
//! A verb is its arguments, and what it does to records in one transaction. What a verb promises stands at its method in the
//! port's traits; its deciding condition stands here, at the write.

mod addresses;
mod audit;
mod challenges;
mod customers;
mod erasure;
mod idempotency;
mod keys;
pub(crate) mod marks;
mod outbox;
mod passwords;
mod port;
mod profile;
pub(crate) mod purge;
mod refresh;
mod sessions;

pub(crate) use customers::customer;
pub(crate) use sessions::session;

use crate::records::Records;

pub(crate) trait Verb: Send + Sync + 'static {
    type Outcome: Send + 'static;

    /// It ends or takes away: on a full disk it is carried out in the room that is kept for it.
    const EVEN_WHEN_FULL: bool = false;

    /// Verbs of one lane are carried out one after another on a node: at once they would only throw each other out.
    fn lane(&self) -> &[u8];

    fn run<R: Records>(&self, tx: &mut R) -> impl Future<Output = Result<Self::Outcome, R::Failure>> + Send;
}
