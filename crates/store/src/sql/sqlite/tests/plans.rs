//! How SQLite reaches the rows of the statements that run often: never by reading a whole table.

use super::{NOW, open};
use crate::Maintenance;
use crate::sql::maintenance::{ATTEMPTS, AUDIT, IDEMPOTENCY, SESSIONS};
use crate::sql::{customers, sessions};

#[tokio::test]
async fn no_frequent_statement_reads_a_whole_table() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.migrate(NOW).await.unwrap();
    let connection = super::outside(&folder);
    let frequent = [
        sessions::BY_SECRET,
        sessions::BY_ID,
        customers::BY_ID,
        customers::BY_EMAIL,
        SESSIONS.belongings[0],
        SESSIONS.rows,
        AUDIT.rows,
        IDEMPOTENCY.rows,
        ATTEMPTS.rows,
    ];
    for sql in frequent {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let values = vec![1_i64; statement.parameter_count()];
        let plan =
            statement.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
        let plan: Vec<_> = plan.map(Result::unwrap).collect();
        let scans = plan.iter().any(|step| step.starts_with("SCAN") && !step.contains("bite"));
        assert!(!plan.is_empty() && !scans, "{sql}\n{plan:#?}");
    }
}

#[tokio::test]
async fn a_statement_is_planned_once_and_not_for_every_value() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.migrate(NOW).await.unwrap();
    let plans = |connection: &rusqlite::Connection| {
        let mut statement = connection.prepare(sessions::BY_SECRET).unwrap();
        for secret in 0..10_u8 {
            let mut rows = statement.query([[secret; 32]]).unwrap();
            assert!(rows.next().unwrap().is_none());
        }
        Ok(statement.get_status(rusqlite::StatementStatus::RePrepare))
    };
    assert_eq!(store.db.sqlite().read(plans).unwrap(), 0);
}
