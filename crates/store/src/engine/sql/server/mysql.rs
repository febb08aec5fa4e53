//! The driver of MySQL and MariaDB.

use std::time::Duration;

use sqlx::mysql::{MySqlArguments, MySqlConnectOptions, MySqlConnection, MySqlDatabaseError, MySqlRow};
use sqlx::{Arguments, ConnectOptions, Connection, Executor, Row as _};

use super::super::db;
use super::super::dialect::{self, Dialect};
use super::super::value::Value;
use super::link::{Answer, Failure, Link, Verdict, Want};
use super::{Tx, text};
use crate::{StoreError, StoreResult};

mod open;
pub(crate) use open::open;

impl Link for MySqlConnection {
    type Plan = MySqlConnectOptions;
    type Row = MySqlRow;

    fn dialect() -> &'static Dialect {
        &dialect::MYSQL
    }

    async fn connect(plan: &Self::Plan, patience: Duration) -> Answer<Self> {
        let mut link = plan.connect().await.map_err(|error| judge(&error))?;
        link.command(&Self::dialect().session(patience)).await?;
        link.refuse_read_only().await?;
        Ok(link)
    }

    async fn command(&mut self, sql: &str) -> Answer<()> {
        let running = Executor::execute(self, sqlx::raw_sql(text::fixed(sql)));
        running.await.map(drop).map_err(|error| judge(&error))
    }

    async fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Answer<u64> {
        let query = sqlx::query_with(text::fixed(sql), arguments(values)?);
        let done = Executor::execute(self, query).await.map_err(|error| judge(&error))?;
        Ok(done.rows_affected())
    }

    async fn fetch(&mut self, sql: &str, values: &[Value<'_>], want: Want) -> Answer<Vec<MySqlRow>> {
        let query = sqlx::query_with(text::fixed(sql), arguments(values)?);
        match want {
            Want::First => self.fetch_optional(query).await.map(|row| row.into_iter().collect()),
            Want::All => self.fetch_all(query).await,
        }
        .map_err(|error| judge(&error))
    }

    fn read(row: &MySqlRow) -> db::AnyRow<'_> {
        db::AnyRow::MySql(Row { row, next: 0 })
    }

    fn enter(tx: &mut Tx<Self>) -> db::AnyTx<'_> {
        db::AnyTx::MySql(tx)
    }

    async fn close(self) {
        // It is gone either way.
        let _ = Connection::close(self).await;
    }
}

fn arguments(values: &[Value<'_>]) -> Answer<MySqlArguments> {
    let mut arguments = MySqlArguments::default();
    for value in values {
        match *value {
            Value::Null => arguments.add(None::<&str>),
            Value::Int(number) => arguments.add(number),
            Value::Text(text) => arguments.add(text),
            Value::Bytes(bytes) => arguments.add(bytes),
        }
        .map_err(|cause| judge(&sqlx::Error::Encode(cause)))?;
    }
    Ok(arguments)
}

/// Columns are read as what we know them to be: the server calls text and bytes by turns the one or the other.
pub(crate) struct Row<'r> {
    row: &'r MySqlRow,
    next: usize,
}

impl Row<'_> {
    pub fn int(&mut self) -> StoreResult<Option<i64>> {
        let column = self.column();
        self.row.try_get_unchecked(column).map_err(|error| judge(&error).error)
    }

    pub fn text(&mut self) -> StoreResult<Option<&str>> {
        let text = self.bytes()?.map(std::str::from_utf8).transpose();
        text.map_err(|_| StoreError::Corrupt("text that is not UTF-8".to_owned()))
    }

    pub fn bytes(&mut self) -> StoreResult<Option<&[u8]>> {
        let column = self.column();
        self.row.try_get_unchecked(column).map_err(|error| judge(&error).error)
    }

    fn column(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }
}

/// Set read-only, as a primary that was demoted is; a member of a cluster that is not ready. Shutting down, killed, timed out, too
/// many. Gone away, or the answer lost on the way (2006, 2013, 2055), which a proxy tells in the server's name. Whatever it is, not on
/// this connection.
#[rustfmt::skip]
const LOST: [u16; 30] = [
    1290, 1792, 1836, 1047,
    1040, 1053, 1077, 1078, 1079, 1080, 1129, 1130, 1152, 1153, 1154, 1155, 1156, 1157, 1158, 1159, 1160, 1161, 1184, 1203, 1226, 1927, 4031,
    2006, 2013, 2055,
];

fn judge(error: &sqlx::Error) -> Failure {
    let Some(refused) = error.as_database_error().and_then(|e| e.try_downcast_ref::<MySqlDatabaseError>())
    else {
        return text::broken(error);
    };
    let number = refused.number();
    let verdict = match number {
        // Deadlock, lock wait, what MariaDB says when a row changed since it was read, and of a table whose definition did: a
        // transaction that looks further back than that has to begin anew.
        1213 | 1205 | 1020 | 1412 => Verdict::Again,
        1062 => Verdict::Taken,
        // No such table. MariaDB 10.11 says so of a table that a trigger writes to, again and again, to a statement that was
        // prepared when the trigger was being made.
        // To be prepared once more, after more changes of the table than the server tries by itself.
        1146 | 1615 => Verdict::Stale,
        // A table, a column, an index, a trigger of this name; a column that is gone, or has its new name.
        1050 | 1054 | 1060 | 1061 | 1091 | 1359 => Verdict::Made,
        // No right on the database, the server, the table, the column; to do this at all.
        1044 | 1045 | 1142 | 1143 | 1227 | 1370 | 1410 | 1419 => Verdict::Forbidden,
        _ if LOST.contains(&number) => Verdict::Lost,
        _ => Verdict::Stands,
    };
    let passing = matches!(verdict, Verdict::Again | Verdict::Lost)
        // Disk or table full, read-only server, statement interrupted or out of time, storage or memory at an end.
        || matches!(number, 1021 | 1030 | 1037 | 1038 | 1041 | 1114 | 1317 | 1969 | 3024 | 1180 | 1197 | 1206);
    let error = if verdict == Verdict::Forbidden {
        StoreError::Unavailable(format!("{} ({number}): {}", refused.message(), text::GRANT))
    } else if passing {
        StoreError::Unavailable(format!("{} ({number})", refused.message()))
    } else {
        // The message could quote a value.
        StoreError::Corrupt(format!(
            "error {number} of the server ({})",
            refused.code().unwrap_or("no state")
        ))
    };
    Failure { verdict, error }
}
