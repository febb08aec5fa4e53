//! The engines: how each database carries out what the verbs ask. Only here a dialect or a driver is named.

use doorstep_base::{SecretHash, SessionId, Timestamp};

use crate::records::{Is, Order, Row, Use};
use crate::verbs::Verb;
use crate::{AttemptLimit, Counted, FoundSession, StoreResult, Table};

#[cfg(feature = "mongodb")]
pub(crate) mod mongo;
mod network;
pub(crate) mod sql;

/// What the verbs of the port rest on. Whatever can be said by [`Records`](crate::records::Records) is a [`Verb`] and written once;
/// what each database does best in its own way stands here by name.
pub(crate) trait Engine: Send + Sync + 'static {
    /// Carries the verb out in a transaction: what it wrote is durable when this returns `Ok`, and gone when it fails or
    /// discards. It may run again when the database asks for it. Once begun it ends by itself, also when the caller has gone.
    fn write<V: Verb>(&self, verb: V) -> impl Future<Output = StoreResult<V::Outcome>> + Send;

    /// The record that the condition names by a key or a unique column, as it stands after everything that was acknowledged
    /// before this call.
    fn find_one(&self, table: Table, which: Vec<Is>)
    -> impl Future<Output = StoreResult<Option<Row>>> + Send;

    /// All records that meet the condition. Same promise.
    fn find(
        &self,
        table: Table,
        which: Vec<Is>,
        order: Order,
    ) -> impl Future<Output = StoreResult<Vec<Row>>> + Send;

    /// How many records meet the condition, about now: for figures that an operator sees.
    fn count(&self, table: Table, which: Vec<Is>) -> impl Future<Output = StoreResult<u64>> + Send;

    /// What every request asks: the session with its customer.
    fn session_by_secret(
        &self,
        secret: SecretHash,
    ) -> impl Future<Output = StoreResult<Option<FoundSession>>> + Send;

    fn session_by_id(&self, id: SessionId) -> impl Future<Output = StoreResult<Option<FoundSession>>> + Send;

    /// [`Records::use_session`](crate::records::Records::use_session), as a write of its own.
    fn touch(&self, id: SessionId, how: Use) -> impl Future<Output = StoreResult<()>> + Send;

    /// See [`Attempts::count_attempt_if_below`](crate::Attempts::count_attempt_if_below). Each limit has its place in the
    /// caller's list.
    fn count_attempt(
        &self,
        limits: Vec<(usize, AttemptLimit)>,
        now: Timestamp,
    ) -> impl Future<Output = StoreResult<Counted>> + Send;

    /// See [`Attempts::uncount_attempt`](crate::Attempts::uncount_attempt).
    fn uncount_attempt(
        &self,
        limits: Vec<AttemptLimit>,
        counted_at: Timestamp,
        now: Timestamp,
    ) -> impl Future<Output = StoreResult<()>> + Send;

    /// Clears away what deleted records left in the database's own files, where that is ours to do.
    fn tidy(&self) -> impl Future<Output = ()> + Send;
}
