//! How SQLite reaches the rows of the statements that run often: never by reading a whole table.

use super::{NOW, open};
use crate::engine::sql::sessions;
use crate::engine::sql::statements;
use crate::records::{Is, Order};
use crate::tables::Purge;
use crate::{Cell, Maintenance, Table};

#[tokio::test]
async fn no_frequent_statement_reads_a_whole_table() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.migrate(NOW).await.unwrap();
    let connection = super::outside(&folder);
    let equal = |column| vec![Is::Equal(column, Cell::Null)];
    let mut frequent = vec![sessions::BY_SECRET.clone(), sessions::BY_ID.clone()];
    frequent.extend(
        ["id", "email_key"].map(|column| statements::find(Table::Customers, &equal(column), &Order::any())),
    );
    for table in Table::ALL {
        if let Purge::Before(column, _) = table.definition().purge {
            let oldest = Order::by([(column, false)]).most(500);
            frequent.push(statements::find(table, &[Is::Before(column, 0)], &oldest));
        }
        frequent.extend(table.definition().owner.map(|owner| statements::remove(table, &equal(owner))));
    }
    // A shop has a handful of them.
    frequent.retain(|sql| !sql.contains("signing_keys"));
    for sql in frequent {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let values = vec![1_i64; statement.parameter_count()];
        let plan =
            statement.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
        let plan: Vec<_> = plan.map(Result::unwrap).collect();
        let scans = plan.iter().any(|step| step.starts_with("SCAN") || step.contains("TEMP B-TREE"));
        assert!(!plan.is_empty() && !scans, "{sql}\n{plan:#?}");
    }
}

#[tokio::test]
async fn a_statement_is_planned_once_and_not_for_every_value() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.migrate(NOW).await.unwrap();
    let plans = |connection: &rusqlite::Connection| {
        let mut statement = connection.prepare(&sessions::BY_SECRET).unwrap();
        for secret in 0..10_u8 {
            let mut rows = statement.query([[secret; 32]]).unwrap();
            assert!(rows.next().unwrap().is_none());
        }
        Ok(statement.get_status(rusqlite::StatementStatus::RePrepare))
    };
    assert_eq!(store.db.sqlite().read(plans).unwrap(), 0);
}
