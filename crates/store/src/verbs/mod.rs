//! The verbs of the port, each written once for every engine.
//!
//! A verb is its arguments, and what it does to records in one transaction. What a verb promises stands at its method in the
//! port's traits; its deciding condition stands here, at the write.

mod addresses;
mod audit;
mod challenges;
mod customers;
mod email;
mod erasure;
mod idempotency;
mod keys;
mod mailed_login;
pub(crate) mod marks;
mod outbox;
mod passwords;
mod port;
mod profile;
mod proven;
pub(crate) mod purge;
mod refresh;
pub(crate) mod restore;
mod sessions;

pub(crate) use customers::customer;
pub(crate) use sessions::session;

use crate::records::{Is, Order, Records, ToCell};
use crate::{Acting, StoreError, Table, Trail};

pub(crate) trait Verb: Send + Sync + 'static {
    type Outcome: Send + 'static;

    /// It ends or takes away: on a full disk it is carried out in the room that is kept for it.
    const EVEN_WHEN_FULL: bool = false;

    /// What it leaves, and who acts.
    fn trail(&self) -> Option<&Trail>;

    /// Verbs of one lane are carried out one after another on a node: at once they would only throw each other out.
    fn lane(&self) -> &[u8];

    fn run<R: Records>(&self, tx: &mut R) -> impl Future<Output = Result<Self::Outcome, R::Failure>> + Send;
}

/// What an engine runs in its transaction: the verb, if whoever acts still may.
pub(crate) async fn carry_out<V: Verb, R: Records>(verb: &V, tx: &mut R) -> Result<V::Outcome, R::Failure> {
    if let Some(acting) = verb.trail().and_then(|trail| trail.acting) {
        demand(tx, acting).await?;
    }
    verb.run(tx).await
}

/// Whatever ends a session takes its customer's turn, or changes or removes the customer: it comes before this turn, and is
/// seen, or after the commit.
async fn demand<R: Records>(tx: &mut R, acting: Acting) -> Result<(), R::Failure> {
    let Acting { session, proof, now } = acting;
    let fresh =
        [Is::Equal("credentials_version", proof.credentials_version.cell()), Is::Empty("disabled_at")];
    let mut own = sessions::live_sessions(proof.customer, now);
    own.push(Is::Equal("id", session.cell()));
    if !tx.take_turn(proof.customer, &fresh).await?
        || tx.find(Table::Sessions, &own, Order::any().most(1)).await?.is_empty()
    {
        return Err(StoreError::SessionOver.into());
    }
    Ok(())
}
