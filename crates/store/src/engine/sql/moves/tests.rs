//! The definitions of the tables are those of the schema, and pages are sought by the key.

use doorstep_base::Timestamp;

use crate::engine::sql::SqlStore;
use crate::engine::sql::rows::text;
use crate::engine::sql::statements::{self, Where};
use crate::{Kind, Maintenance, Table};

async fn migrated(folder: &tempfile::TempDir) -> SqlStore {
    let store = SqlStore::open_sqlite(folder.path().join("shop.db").to_str().unwrap()).unwrap();
    store.migrate(Timestamp::from_millis(0)).await.unwrap();
    store
}

#[tokio::test]
async fn every_table_and_column_of_the_schema_is_moved() {
    let folder = tempfile::tempdir().unwrap();
    let store = migrated(&folder).await;
    let mut tables = store.db.all(store.db.dialect().tables, &[], text).await.unwrap();
    // What the schema and a move remember of this database itself stays where it is.
    tables.retain(|table| !["doorstep_steps", "moves"].contains(&table.as_str()));
    tables.sort();
    let mut moved = Table::ALL.map(Table::name);
    moved.sort_unstable();
    assert_eq!(tables, moved);
    for table in Table::ALL {
        let columns = "SELECT name || ' ' || type || ' ' || (\"notnull\" = 0) || ' ' || pk FROM pragma_table_info('{}')";
        let columns = store.db.all(&columns.replace("{}", table.name()), &[], text).await.unwrap();
        let keys = table.key_columns().len();
        let defined = table.columns().iter().enumerate().map(|(place, column)| {
            let kind = match column.kind {
                Kind::Int | Kind::Bool => "INTEGER",
                Kind::Text | Kind::Word => "TEXT",
                Kind::Id | Kind::Hash | Kind::Bytes | Kind::TextAsBytes => "BLOB",
            };
            let key = if place < keys { place + 1 } else { 0 };
            format!("{} {kind} {} {key}", column.name, i32::from(column.optional))
        });
        let (mut columns, mut defined) = (columns, defined.collect::<Vec<_>>());
        // A column that came later stands last in an old database, and where it belongs in a new one.
        columns.sort();
        defined.sort();
        assert_eq!(columns, defined, "{}", table.name());
    }
}

#[tokio::test]
async fn no_statement_of_a_move_reads_a_whole_table() {
    let folder = tempfile::tempdir().unwrap();
    let store = migrated(&folder).await;
    let connection = rusqlite::Connection::open(folder.path().join("shop.db")).unwrap();
    for table in Table::ALL {
        let mut all = vec![
            statements::after(table),
            statements::select(table, Where::Key, 8),
            statements::delete(table, Where::Key, 64),
        ];
        all.extend(table.unique_columns().map(|place| statements::delete(table, Where::Column(place), 256)));
        for sql in all {
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let values = vec![1_i64; statement.parameter_count()];
            let plan = statement.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3));
            let plan: Vec<_> = plan.unwrap().map(Result::unwrap).collect();
            let is_poor = |step: &String| step.starts_with("SCAN") || step.contains("TEMP B-TREE");
            assert!(!plan.is_empty() && !plan.iter().any(is_poor), "{sql}\n{plan:#?}");
        }
    }
    drop(store);
}
