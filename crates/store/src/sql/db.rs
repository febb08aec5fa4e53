//! The facade between the verbs and a database: `?` for every value, rows read in the order of their columns.
//!
//! It is asynchronous because other drivers are; SQLite's futures are ready when first polled.

use doorstep_base::Timestamp;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::dialect::Dialect;
use super::rows::number;
use super::sqlite::{self, Sqlite};
use super::value::Value;
use crate::{OpenError, StoreError, StoreResult};

/// One row of an answer; each call reads the next column.
pub(crate) struct Row<'r>(pub(super) sqlite::Row<'r>);

/// How a row becomes a value.
pub(crate) type Read<T> = fn(&mut Row<'_>) -> StoreResult<T>;

/// A database: reads that see every commit acknowledged before them, and write transactions.
pub(crate) struct Db {
    sqlite: Sqlite,
}

/// An open write transaction.
pub(crate) struct Tx {
    pub(super) sqlite: sqlite::Tx,
    pub(super) discarded: bool,
}

impl Db {
    pub fn open_sqlite(path: &str) -> Result<Self, OpenError> {
        Ok(Self { sqlite: Sqlite::open(path)? })
    }

    pub fn dialect(&self) -> &'static Dialect {
        self.sqlite.dialect()
    }

    #[cfg(test)]
    pub fn sqlite(&self) -> &Sqlite {
        &self.sqlite
    }

    /// What an operator calls this database.
    pub fn name(&self) -> &str {
        self.sqlite.path()
    }

    /// The first row, read outside any transaction.
    pub async fn one<T>(&self, sql: &str, values: &[Value<'_>], read: Read<T>) -> StoreResult<Option<T>> {
        let found = self.sqlite.read(|connection| sqlite::one(connection, sql, values, read));
        // The read ran in place: let the runtime count it, or a busy connection could keep its worker for itself.
        tokio::task::consume_budget().await;
        found
    }

    /// All rows, read outside any transaction.
    pub async fn all<T>(&self, sql: &str, values: &[Value<'_>], read: Read<T>) -> StoreResult<Vec<T>> {
        let found = self.sqlite.read(|connection| sqlite::all(connection, sql, values, read));
        tokio::task::consume_budget().await;
        found
    }

    /// Runs `job` in a write transaction: what it wrote is durable when this returns `Ok`, and gone when the job
    /// fails, discards or the commit fails. `job` may run again when the database asks for it, so it borrows its data.
    /// Once begun it ends by itself, also when the caller has gone.
    pub async fn write<D, T, F>(&self, data: D, job: F) -> StoreResult<T>
    where
        D: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t D) -> BoxFuture<'t, StoreResult<T>> + Send + 'static,
    {
        self.submit(data, job, false).await
    }

    /// [`Self::write`] for what ends or takes away: on a full disk it is carried out in the room that is kept for it.
    pub async fn write_even_when_full<D, T, F>(&self, data: D, job: F) -> StoreResult<T>
    where
        D: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t D) -> BoxFuture<'t, StoreResult<T>> + Send + 'static,
    {
        self.submit(data, job, true).await
    }

    async fn submit<D, T, F>(&self, data: D, job: F, may_use_reserve: bool) -> StoreResult<T>
    where
        D: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t D) -> BoxFuture<'t, StoreResult<T>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let call = Call { data, job, may_use_reserve, outcome: None, reply };
        self.sqlite.submit(Box::new(call)).await?;
        answer.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the writer has stopped".to_owned())))
    }

    /// Whether the database answers, and takes writes as far as it is known.
    pub async fn ping(&self) -> StoreResult<()> {
        self.one("SELECT 1", &[], number).await?;
        if self.sqlite.is_in_doubt() {
            // The writer proves itself before it does nothing: whoever waits for readiness need not wait for a customer.
            self.write_even_when_full((), |_, ()| Box::pin(async { Ok(()) })).await?;
        }
        Ok(())
    }

    /// Clears away what deleted rows left in the database's files, where the engine does not do so by itself.
    pub async fn tidy(&self) {
        self.sqlite.tidy().await;
    }

    /// Waits for the writes that were submitted, then closes.
    pub async fn close(&self) {
        self.sqlite.close().await;
    }
}

impl Tx {
    /// Runs a statement; returns how many rows it changed.
    #[expect(clippy::unused_async, reason = "other drivers wait here")]
    pub async fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> StoreResult<u64> {
        self.sqlite.execute(sql, values)
    }

    /// The first row.
    #[expect(clippy::unused_async, reason = "other drivers wait here")]
    pub async fn one<T>(&mut self, sql: &str, values: &[Value<'_>], read: Read<T>) -> StoreResult<Option<T>> {
        self.sqlite.one(sql, values, read)
    }

    /// All rows.
    #[expect(clippy::unused_async, reason = "other drivers wait here")]
    pub async fn all<T>(&mut self, sql: &str, values: &[Value<'_>], read: Read<T>) -> StoreResult<Vec<T>> {
        self.sqlite.all(sql, values, read)
    }

    /// The first row, which nobody else changes until this transaction ends.
    pub async fn lock<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: Read<T>,
    ) -> StoreResult<Option<T>> {
        let locking = format!("{sql}{}", self.dialect().row_lock);
        self.one(&locking, values, read).await
    }

    /// Runs an `INSERT`; `false`, and nothing changed, when a row with one of its unique keys stands already.
    pub async fn insert_unless_taken(&mut self, insert: &str, values: &[Value<'_>]) -> StoreResult<bool> {
        let insert = format!("{insert}{}", self.dialect().unless_taken);
        Ok(self.execute(&insert, values).await? == 1)
    }

    pub fn dialect(&self) -> &'static Dialect {
        self.sqlite.dialect()
    }

    /// Nothing that this job wrote will stay, whatever it returns: for outcomes that promise it.
    pub fn discard(&mut self) {
        self.discarded = true;
    }
}

/// A job on its way through a writer, without its types.
pub(super) trait Job: Send {
    /// Nobody waits for it any more.
    fn is_abandoned(&self) -> bool;
    /// It ends or takes away, and is carried out on a full disk too.
    fn may_use_reserve(&self) -> bool;
    /// Runs it in the open transaction; says whether what it wrote may stay.
    fn run(&mut self, tx: &mut Tx) -> bool;
    /// Tells the caller the outcome, or that it could not be committed and why.
    fn answer(self: Box<Self>, failure: Option<&str>);
}

struct Call<D, T, F> {
    data: D,
    job: F,
    may_use_reserve: bool,
    outcome: Option<StoreResult<T>>,
    reply: oneshot::Sender<StoreResult<T>>,
}

impl<D, T, F> Job for Call<D, T, F>
where
    D: Send + Sync,
    T: Send,
    F: for<'t> Fn(&'t mut Tx, &'t D) -> BoxFuture<'t, StoreResult<T>> + Send,
{
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn may_use_reserve(&self) -> bool {
        self.may_use_reserve
    }

    fn run(&mut self, tx: &mut Tx) -> bool {
        tx.discarded = false;
        let outcome = (self.job)(tx, &self.data).now_or_never();
        let outcome = outcome.unwrap_or_else(|| Err(StoreError::Corrupt("a write job waited".to_owned())));
        let keep = outcome.is_ok() && !tx.discarded;
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

impl Row<'_> {
    pub fn int(&mut self) -> StoreResult<i64> {
        self.0.int()?.ok_or_else(|| Self::unexpected("NULL in place of a number"))
    }

    pub fn truth(&mut self) -> StoreResult<bool> {
        Ok(self.int()? != 0)
    }

    pub fn moment(&mut self) -> StoreResult<Timestamp> {
        self.int().map(Timestamp::from_millis)
    }

    pub fn moment_if_any(&mut self) -> StoreResult<Option<Timestamp>> {
        Ok(self.0.int()?.map(Timestamp::from_millis))
    }

    pub fn text(&mut self) -> StoreResult<String> {
        self.text_if_any()?.ok_or_else(|| Self::unexpected("NULL in place of text"))
    }

    pub fn text_if_any(&mut self) -> StoreResult<Option<String>> {
        Ok(self.0.text()?.map(str::to_owned))
    }

    /// A short text that stands for one of ours.
    pub fn word<T>(&mut self, meaning: fn(&str) -> Option<T>) -> StoreResult<T> {
        let word = self.0.text()?.and_then(meaning);
        word.ok_or_else(|| Self::unexpected("a word that this version does not know"))
    }

    pub fn bytes(&mut self) -> StoreResult<&[u8]> {
        self.0.bytes()?.ok_or_else(|| Self::unexpected("NULL in place of bytes"))
    }

    /// Text that is kept as bytes, because it is compared as such.
    pub fn key(&mut self) -> StoreResult<String> {
        let key = std::str::from_utf8(self.bytes()?).map(str::to_owned);
        key.map_err(|_| Self::unexpected("a key that is not UTF-8"))
    }

    pub fn array<const N: usize>(&mut self) -> StoreResult<[u8; N]> {
        self.array_if_any()?.ok_or_else(|| Self::unexpected("NULL in place of bytes"))
    }

    pub fn array_if_any<const N: usize>(&mut self) -> StoreResult<Option<[u8; N]>> {
        let Some(bytes) = self.0.bytes()? else { return Ok(None) };
        let array = bytes.try_into().map_err(|_| Self::unexpected("bytes of another length"))?;
        Ok(Some(array))
    }

    fn unexpected(what: &str) -> StoreError {
        StoreError::Corrupt(what.to_owned())
    }
}
