//! What a driver must offer.

use std::time::Duration;

use super::super::db;
use super::super::dialect::Dialect;
use super::super::value::Value;
use super::Tx;
use crate::StoreError;

/// How many rows of an answer are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    First,
    All,
}

/// What a failure says about the connection and the transaction on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The statement failed; the connection is of use.
    Stands,
    /// As before, because a row with one of its unique keys stands already.
    Taken,
    /// As before, because what it would make stands already.
    Made,
    /// As before, because this user may not do that.
    Forbidden,
    /// The server asks for the whole transaction again: it met another one.
    Again,
    /// The statements that this connection has prepared are of no use any more: the same has to be tried on a new one.
    Stale,
    /// The connection is gone or in doubt.
    Lost,
}

#[derive(Debug)]
pub(crate) struct Failure {
    pub verdict: Verdict,
    pub error: StoreError,
}

pub(crate) type Answer<T> = Result<T, Failure>;

/// One connection to a server.
pub(crate) trait Link: Sized + Send + 'static {
    /// Where and how to connect.
    type Plan: Clone + Send + Sync + 'static;
    type Row: Send + Sync;

    fn dialect() -> &'static Dialect;

    /// A new connection, with this deadline told to the server, so that it gives up when we do.
    fn connect(plan: &Self::Plan, patience: Duration) -> impl Future<Output = Answer<Self>> + Send;

    /// Runs statements without values, unprepared.
    fn command(&mut self, sql: &str) -> impl Future<Output = Answer<()>> + Send;

    /// Runs a statement; returns how many rows it changed.
    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> impl Future<Output = Answer<u64>> + Send;

    fn fetch(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        want: Want,
    ) -> impl Future<Output = Answer<Vec<Self::Row>>> + Send;

    fn read(row: &Self::Row) -> db::AnyRow<'_>;

    /// The facade over a transaction on such a connection.
    fn enter(tx: &mut Tx<Self>) -> db::AnyTx<'_>;

    /// Refuses a server on which nothing can be written: its reads may be old, too.
    fn refuse_read_only(&mut self) -> impl Future<Output = Answer<()>> + Send {
        async {
            let rows = self.fetch(Self::dialect().is_read_only, &[], Want::First).await?;
            let stand = |error| Failure { verdict: Verdict::Stands, error };
            let row = rows.first().map(|row| db::Row(Self::read(row)).int()).transpose().map_err(stand)?;
            if row == Some(0) {
                return Ok(());
            }
            let error =
                StoreError::Unavailable("the server takes no writes: a standby, or set read-only".to_owned());
            Err(Failure { verdict: Verdict::Lost, error })
        }
    }

    /// Says goodbye, so that the server does not log a lost connection.
    fn close(self) -> impl Future<Output = ()> + Send;
}
