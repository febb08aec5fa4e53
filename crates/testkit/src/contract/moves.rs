//! Whole records, as `doorstep move` reads, writes and follows them.

use std::collections::BTreeSet;
use std::sync::Arc;

use doorstep_store::{
    Cell, Change, Direction, Key, MoveMark, MoveState, Record, SessionMode, Store, StoreError, Table,
};

use super::made::{self, NOW};
use crate::TestDatabase;
use crate::records::record;

fn records(table: Table, numbers: std::ops::Range<u64>) -> Vec<Record> {
    let mut records: Vec<_> = numbers.map(|number| record(table, number)).collect();
    records.sort_by_key(|record| record.key(table));
    records
}

async fn all(store: &Arc<dyn Store>, table: Table) -> Vec<Record> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = store.records_after(table, after, 7).await.unwrap();
        let Some(last) = page.last() else { return found };
        after = Some(last.key(table));
        found.extend(page);
    }
}

pub async fn an_empty_table_has_no_records(database: TestDatabase) {
    let store = &database.store;
    for table in Table::ALL {
        assert_eq!(all(store, table).await, []);
        assert_eq!(store.count_records(table).await.unwrap(), 0);
        assert_eq!(store.last_key(table).await.unwrap(), None);
        assert_eq!(store.records_of(table, vec![record(table, 1).key(table)]).await.unwrap(), []);
        store.delete_records(table, vec![record(table, 1).key(table)]).await.unwrap();
        store.put_records(table, Vec::new()).await.unwrap();
    }
}

/// Enough for each length that statements come in.
pub async fn records_are_kept_cell_by_cell_and_told_in_the_order_of_their_keys(database: TestDatabase) {
    let store = &database.store;
    for table in Table::ALL {
        let wanted = records(table, 0..333);
        let (odd, even): (Vec<_>, Vec<_>) = (0..333).partition(|number| number % 2 == 1);
        for half in [odd, even] {
            let half = half.into_iter().map(|number| record(table, number)).collect();
            store.put_records(table, half).await.unwrap();
        }
        assert_eq!(all(store, table).await, wanted, "{}", table.name());
        assert_eq!(store.records_after(table, None, 400).await.unwrap(), wanted);
        assert_eq!(store.count_records(table).await.unwrap(), 333);
        assert_eq!(store.last_key(table).await.unwrap(), Some(wanted[332].key(table)));
    }
}

pub async fn records_are_found_and_deleted_by_their_keys(database: TestDatabase) {
    let store = &database.store;
    for table in Table::ALL {
        store.put_records(table, records(table, 0..120)).await.unwrap();
        let keys: Vec<_> = records(table, 20..120).iter().map(|record| record.key(table)).collect();
        let unknown = record(table, 1000).key(table);
        let asked = keys.iter().cloned().chain([unknown]).collect::<Vec<_>>();
        let mut found = store.records_of(table, asked.clone()).await.unwrap();
        found.sort_by_key(|record| record.key(table));
        assert_eq!(found, records(table, 20..120), "{}", table.name());
        store.delete_records(table, asked).await.unwrap();
        assert_eq!(all(store, table).await, records(table, 0..20), "{}", table.name());
    }
}

/// Keys whose first halves are alike are told apart by the second ones, also at the edge of a page.
pub async fn halves_of_keys_are_told_apart(database: TestDatabase) {
    let store = &database.store;
    for table in Table::ALL.into_iter().filter(|table| table.key_columns().len() == 2) {
        let first = record(table, 0).0[0].clone();
        let mut wanted: Vec<_> = (0..40).map(|number| record(table, number)).collect();
        for record in &mut wanted[..30] {
            record.0[0] = first.clone();
        }
        wanted.sort_by_key(|record| record.key(table));
        store.put_records(table, wanted.clone()).await.unwrap();
        assert_eq!(all(store, table).await, wanted, "{}", table.name());
        store.delete_records(table, vec![wanted[3].key(table)]).await.unwrap();
        wanted.remove(3);
        assert_eq!(all(store, table).await, wanted, "{}", table.name());
    }
}

pub async fn a_put_record_takes_the_place_of_what_is_in_its_way(database: TestDatabase) {
    let store = &database.store;
    for table in Table::ALL {
        store.put_records(table, records(table, 0..5)).await.unwrap();
        // The same key with other cells.
        let keys = table.key_columns().len();
        let mut newer = record(table, 77);
        newer.0[..keys].clone_from_slice(&record(table, 2).0[..keys]);
        store.put_records(table, vec![newer.clone()]).await.unwrap();
        let found = store.records_of(table, vec![newer.key(table)]).await.unwrap();
        assert_eq!(found, [newer], "{}", table.name());
        assert_eq!(store.count_records(table).await.unwrap(), 5);
        // Another key with the same unique value.
        let Some(unique) = table.unique_columns().next() else { continue };
        let filled = (0..5).filter(|number| *number != 2).map(|number| record(table, number));
        let older = filled.into_iter().find(|record| record.0[unique] != Cell::Null).unwrap();
        let mut newer = record(table, 88);
        newer.0[unique] = older.0[unique].clone();
        store.put_records(table, vec![newer.clone()]).await.unwrap();
        assert_eq!(store.records_of(table, vec![older.key(table)]).await.unwrap(), []);
        assert_eq!(store.records_of(table, vec![newer.key(table)]).await.unwrap(), [newer]);
    }
}

pub async fn a_put_that_cannot_be_written_writes_nothing(database: TestDatabase) {
    let store = &database.store;
    for table in Table::ALL {
        let narrow = Record(record(table, 2).0[1..].to_vec());
        let records = vec![record(table, 1), narrow];
        assert!(matches!(store.put_records(table, records).await, Err(StoreError::Corrupt(_))));
        assert_eq!(all(store, table).await, [], "{}", table.name());
    }
    for table in [Table::Customers, Table::Sessions] {
        let mut twin = record(table, 2);
        let unique = table.unique_columns().next().unwrap();
        twin.0[unique] = record(table, 1).0[unique].clone();
        assert!(store.put_records(table, vec![record(table, 0), record(table, 1), twin]).await.is_err());
        assert_eq!(all(store, table).await, [], "{}", table.name());
    }
}

pub async fn a_shop_that_was_moved_away_and_back_goes_on(database: TestDatabase) {
    let store = &database.store;
    let customer = made::signed_up(store).await;
    let session = made::logged_in(store, &customer, SessionMode::Jwt).await;
    for table in Table::ALL {
        let records = all(store, table).await;
        let keys = records.iter().map(|record| record.key(table)).collect();
        store.delete_records(table, keys).await.unwrap();
        assert_eq!(store.count_records(table).await.unwrap(), 0);
        store.put_records(table, records).await.unwrap();
    }
    assert!(made::lets_in(store, &session, NOW).await);
    assert_eq!(store.find_customer(customer.id).await.unwrap(), Some(customer.clone().into_customer()));
    let found = store.find_customer_by_email(&customer.email_key).await.unwrap();
    assert_eq!(found, Some(customer.clone().into_customer()));
    assert_eq!(made::trail(store, customer.id).await, ["logged_in", "signed_up"]);
}

pub async fn a_move_is_remembered_once_for_each_direction(mut database: TestDatabase) {
    assert_eq!(database.store.move_marks().await.unwrap(), []);
    let mark = |direction, state, other: &str| {
        let (other, id) = (other.to_owned(), made::bytes());
        MoveMark { direction, state, other, id, at: NOW }
    };
    let from = mark(Direction::From, MoveState::Following, "sqlite:shop.db");
    let to = mark(Direction::To, MoveState::Done, "postgres://db/shop");
    let earlier = mark(Direction::To, MoveState::Copying, "mongodb://db/shop");
    for mark in [&earlier, &from, &to] {
        database.store.set_move_mark(mark.clone()).await.unwrap();
    }
    database.restart().await;
    let mut marks = database.store.move_marks().await.unwrap();
    marks.sort_by_key(|mark| mark.direction.as_str());
    assert_eq!(marks, [from, to.clone()]);
    database.store.clear_move_mark(Direction::From).await.unwrap();
    database.store.clear_move_mark(Direction::From).await.unwrap();
    assert_eq!(database.store.move_marks().await.unwrap(), [to]);
}

/// Waits a little: an engine may hear of a change after it was acknowledged.
async fn noted(store: &Arc<dyn Store>, least: usize) -> Vec<Change> {
    for _ in 0..100 {
        let changes = store.captured(1000).await.unwrap();
        if changes.len() >= least {
            return changes;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("fewer than {least} changes were noted");
}

fn places(changes: &[Change]) -> BTreeSet<(Table, Key)> {
    changes.iter().map(|change| (change.table, change.key.clone())).collect()
}

pub async fn whatever_is_written_on_any_node_is_noted_while_changes_are_captured(database: TestDatabase) {
    let (store, writer) = (&database.store, database.another_node().await);
    for table in Table::ALL {
        writer.put_records(table, vec![record(table, 1), record(table, 2)]).await.unwrap();
    }
    store.start_capture().await.unwrap();
    assert_eq!(store.captured(10).await.unwrap(), []);
    let mut wanted = BTreeSet::new();
    for table in Table::ALL {
        // A new record, one that is replaced and one that goes.
        writer.put_records(table, vec![record(table, 3), record(table, 1)]).await.unwrap();
        writer.delete_records(table, vec![record(table, 2).key(table)]).await.unwrap();
        wanted.extend((1..=3).map(|number| (table, record(table, number).key(table))));
    }
    let mut found = BTreeSet::new();
    while found.len() < wanted.len() {
        let changes = noted(store, 1).await;
        found.extend(places(&changes));
        store.forget_captured(changes).await.unwrap();
    }
    assert_eq!(found, wanted);
    store.stop_capture().await.unwrap();
}

pub async fn a_change_of_a_column_is_noted_too(database: TestDatabase) {
    let (store, writer) = (&database.store, database.another_node().await);
    let customer = made::signed_up(store).await;
    let session = made::logged_in(store, &customer, SessionMode::Cookie).await;
    store.start_capture().await.unwrap();
    writer.touch_session(session.id, NOW + made::MINUTE, NOW + 2 * made::DAY).await.unwrap();
    let changes = noted(store, 1).await;
    let key = Key(vec![Cell::Bytes(session.id.as_bytes().to_vec())]);
    assert_eq!(places(&changes), BTreeSet::from([(Table::Sessions, key)]));
    store.stop_capture().await.unwrap();
}

pub async fn notes_stand_until_they_are_forgotten(database: TestDatabase) {
    let mut database = database;
    let writer = database.another_node().await;
    database.store.start_capture().await.unwrap();
    let write = async |number| {
        writer.put_records(Table::Attempts, vec![record(Table::Attempts, number)]).await.unwrap();
    };
    write(1).await;
    let first = noted(&database.store, 1).await;
    write(1).await;
    write(2).await;
    database.store.forget_captured(first).await.unwrap();
    database.restart().await;
    // As a move does that goes on after a kill.
    database.store.start_capture().await.unwrap();
    let wanted: BTreeSet<_> = (1..=2)
        .map(|number| (Table::Attempts, record(Table::Attempts, number).key(Table::Attempts)))
        .collect();
    let mut found = BTreeSet::new();
    while found.len() < wanted.len() {
        let changes = noted(&database.store, 1).await;
        found.extend(places(&changes));
        database.store.forget_captured(changes).await.unwrap();
    }
    assert_eq!(found, wanted);
    write(3).await;
    noted(&database.store, 1).await;
    database.store.stop_capture().await.unwrap();
    write(4).await;
    database.store.start_capture().await.unwrap();
    assert_eq!(database.store.captured(10).await.unwrap(), []);
    database.store.stop_capture().await.unwrap();
    database.store.stop_capture().await.unwrap();
}
