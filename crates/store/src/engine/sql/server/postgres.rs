//! PostgreSQL's driver.

use std::time::Duration;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{
    PgArgumentBuffer, PgArguments, PgConnectOptions, PgConnection, PgDatabaseError, PgRow, PgSeverity,
    PgTypeInfo,
};
use sqlx::{Arguments, ConnectOptions, Connection, Encode, Executor, Postgres, Row as _, Type, ValueRef};

use super::super::db;
use super::super::dialect::{self, Dialect};
use super::super::value::Value;
use super::link::{Answer, Failure, Link, Verdict, Want};
use super::{Tx, text};
use crate::{StoreError, StoreResult};

mod hosts;
mod open;
mod pooler;
use hosts::Hosts;
pub(crate) use open::open;

impl Link for PgConnection {
    type Plan = Hosts;
    type Row = PgRow;

    fn dialect() -> &'static Dialect {
        &dialect::POSTGRES
    }

    /// Of several hosts the first one that takes writes.
    async fn connect(plan: &Self::Plan, patience: Duration) -> Answer<Self> {
        let mut last = None;
        for (place, options) in plan.in_order() {
            let connecting = tokio::time::timeout(plan.share(patience), usable(options, patience));
            match connecting.await {
                Ok(Ok(link)) => {
                    plan.remember(place);
                    return Ok(link);
                }
                Ok(Err(failure)) => last = Some(failure),
                Err(_) => {}
            }
        }
        let late = || StoreError::Unavailable(format!("no answer within {} ms", patience.as_millis()));
        Err(last.unwrap_or_else(|| Failure { verdict: Verdict::Lost, error: late() }))
    }

    async fn command(&mut self, sql: &str) -> Answer<()> {
        let running = Executor::execute(self, sqlx::raw_sql(text::fixed(sql)));
        running.await.map(drop).map_err(|error| judge(&error))
    }

    async fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Answer<u64> {
        let query = sqlx::query_with(text::numbered(sql), arguments(values)?);
        let done = Executor::execute(self, query).await.map_err(|error| judge(&error))?;
        Ok(done.rows_affected())
    }

    async fn fetch(&mut self, sql: &str, values: &[Value<'_>], want: Want) -> Answer<Vec<PgRow>> {
        let query = sqlx::query_with(text::numbered(sql), arguments(values)?);
        match want {
            Want::First => self.fetch_optional(query).await.map(|row| row.into_iter().collect()),
            Want::All => self.fetch_all(query).await,
        }
        .map_err(|error| judge(&error))
    }

    fn read(row: &PgRow) -> db::AnyRow<'_> {
        db::AnyRow::Postgres(Row { row, next: 0 })
    }

    fn enter(tx: &mut Tx<Self>) -> db::AnyTx<'_> {
        db::AnyTx::Postgres(tx)
    }

    async fn close(self) {
        // It is gone either way.
        let _ = Connection::close(self).await;
    }
}

/// A connection on which everything can be done.
async fn usable(options: &PgConnectOptions, patience: Duration) -> Answer<PgConnection> {
    let mut link = options.connect().await.map_err(|error| judge(&error))?;
    link.command(&dialect::POSTGRES.session(patience)).await?;
    link.refuse_read_only().await?;
    Ok(link)
}

fn arguments(values: &[Value<'_>]) -> Answer<PgArguments> {
    let mut arguments = PgArguments::default();
    for value in values {
        match *value {
            Value::Null => arguments.add(Untyped),
            Value::Int(number) => arguments.add(number),
            Value::Text(text) => arguments.add(text),
            Value::Bytes(bytes) => arguments.add(bytes),
        }
        .map_err(|cause| judge(&sqlx::Error::Encode(cause)))?;
    }
    Ok(arguments)
}

/// A NULL of the type that its place in the statement has. The statement may be prepared with it, and later
/// carry text or a number in the same place.
struct Untyped;

impl Type<Postgres> for Untyped {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl Encode<'_, Postgres> for Untyped {
    fn encode_by_ref(&self, _: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Ok(IsNull::Yes)
    }
}

pub(crate) struct Row<'r> {
    row: &'r PgRow,
    next: usize,
}

impl Row<'_> {
    /// Integers travel in as many bytes as their column has.
    pub fn int(&mut self) -> StoreResult<Option<i64>> {
        let Some(bytes) = self.bytes()? else { return Ok(None) };
        let number = match bytes.len() {
            8 => bytes.try_into().map(i64::from_be_bytes),
            _ => bytes.try_into().map(i32::from_be_bytes).map(i64::from),
        };
        let number = number.map_err(|_| StoreError::Corrupt("a column that is no integer".to_owned()))?;
        Ok(Some(number))
    }

    pub fn text(&mut self) -> StoreResult<Option<&str>> {
        let text = self.bytes()?.map(std::str::from_utf8).transpose();
        text.map_err(|_| StoreError::Corrupt("text that is not UTF-8".to_owned()))
    }

    pub fn bytes(&mut self) -> StoreResult<Option<&[u8]>> {
        let value = self.row.try_get_raw(self.next).map_err(|error| judge(&error).error)?;
        self.next += 1;
        if value.is_null() {
            return Ok(None);
        }
        value.as_bytes().map(Some).map_err(|cause| StoreError::Corrupt(cause.to_string()))
    }
}

fn judge(error: &sqlx::Error) -> Failure {
    let Some(refused) = error.as_database_error().and_then(|e| e.try_downcast_ref::<PgDatabaseError>())
    else {
        return text::broken(error);
    };
    let code = refused.code();
    let fatal = matches!(refused.severity(), PgSeverity::Fatal | PgSeverity::Panic);
    let verdict = match code {
        _ if fatal || code.starts_with("57P") || code.starts_with("08") => Verdict::Lost,
        // A primary that was demoted: neither writes nor reads belong there.
        "25006" => Verdict::Lost,
        // Serialization, deadlock, lock not free in time.
        "40001" | "40P01" | "55P03" => Verdict::Again,
        "23505" => Verdict::Taken,
        "42P07" | "42710" => Verdict::Made,
        "42501" => Verdict::Forbidden,
        _ => Verdict::Stands,
    };
    // Connection, resources, operator, system; read-only server, lock not free.
    let passing =
        ["08", "53", "57", "58", "40", "25006", "55P03"].iter().any(|known| code.starts_with(known));
    let error = if let Some(cure) = pooler::cure(code, refused.message()) {
        StoreError::Unavailable(format!("{} ({code}). {cure}", refused.message()))
    } else if verdict == Verdict::Forbidden {
        StoreError::Unavailable(format!("{} ({code}): {}", refused.message(), text::GRANT))
    } else if passing || fatal {
        StoreError::Unavailable(format!("{} ({code})", refused.message()))
    } else if code.starts_with("22") || code.starts_with("23") {
        // The message could quote a value; names of tables and constraints are ours.
        let named = refused.constraint().or(refused.column()).or(refused.table()).unwrap_or("a value");
        StoreError::Corrupt(format!("{named} ({code})"))
    } else {
        StoreError::Corrupt(format!("{} ({code})", refused.message()))
    };
    Failure { verdict, error }
}
