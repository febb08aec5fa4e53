//! A move that is killed goes on where it was.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use doorstep_server::r#move::{MoveError, refuse_unless_open};
use doorstep_store::Table;
use doorstep_testkit::records::record;

use crate::shop::{contents, filled, moved, opened, pairs, place};

const CUSTOMERS: u64 = 2500;

fn start(source: &str, target: &str, folder: &std::path::Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doorstep"));
    command.args(["move", "--from", source, "--to", target]).current_dir(folder).env_clear();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_was_killed_twice_goes_on_and_ends() {
    for (source, target) in pairs() {
        println!("{} to {}", source.name(), target.name());
        let (app, mut shoppers) = filled(source, CUSTOMERS).await;
        app.stop().await;
        let (place, folder) = (place(target).await, tempfile::tempdir().unwrap());
        let watch = opened(place.url()).await;
        for table in [Table::Addresses, Table::Idempotency] {
            let mut moving = start(app.database(), place.url(), folder.path());
            // Killed when it has some of this table.
            while watch.last_key(table).await.unwrap().is_none() {
                assert!(moving.try_wait().unwrap().is_none(), "it ended by itself");
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            moving.kill().unwrap();
            moving.wait().unwrap();
            let refused = refuse_unless_open(&*watch, "new").await;
            assert!(matches!(refused, Err(MoveError::HalfMoved { .. })));
            let old = opened(app.database()).await;
            let refused = refuse_unless_open(&*old, "old").await;
            assert!(matches!(refused, Err(MoveError::BeingMoved { .. })), "it could be written to unseen");
            old.close().await;
        }
        let before = watch.count_records(Table::Customers).await.unwrap();
        assert_eq!(before, CUSTOMERS + 3, "what was copied before the kill stays");
        let ended = start(app.database(), place.url(), folder.path()).wait_with_output().unwrap();
        let (told, went) =
            (String::from_utf8(ended.stdout).unwrap(), String::from_utf8(ended.stderr).unwrap());
        assert!(ended.status.success(), "{went}");
        assert!(told.starts_with("Done: ") && told.contains("Checksum of both: "), "{told}");
        assert!(went.contains("copying: going on behind "), "{went}");
        let old = opened(app.database()).await;
        assert_eq!(contents(&old).await, contents(&watch).await);
        refuse_unless_open(&*watch, "new").await.unwrap();
        old.close().await;
        watch.close().await;
        let app = app.on_another(place).await;
        for shopper in &mut shoppers {
            shopper.goes_on(&app).await;
        }
        app.stop().await;
    }
}

/// A program of an older version, which knows no marks, writes between a kill and the end.
#[tokio::test(flavor = "multi_thread")]
async fn what_changed_between_a_kill_and_the_end_is_mended() {
    let engine = crate::shop::engines()[0];
    let (app, mut shoppers) = filled(engine, 300).await;
    app.stop().await;
    let place = place(engine).await;
    let order = crate::shop::order(app.database(), place.url(), false).await;
    let (mut progress, mut never) = (doorstep_server::r#move::Progress::silent(), |_: Duration| false);
    // Everything is there, and the move does not know it.
    let all = doorstep_server::r#move::run(&order, &mut progress, &mut never).await.unwrap();
    for (store, mark) in marks_of_a_move_that_was_cut_off(&order).await {
        store.set_move_mark(mark).await.unwrap();
    }
    let old = opened(app.database()).await;
    let erased = record(Table::Customers, 7).key(Table::Customers);
    old.delete_records(Table::Customers, vec![erased]).await.unwrap();
    let mut changed = record(Table::Customers, 8);
    changed.0[4] = doorstep_store::Cell::Text("Grace".to_owned());
    old.put_records(Table::Customers, vec![changed]).await.unwrap();
    let told = moved(app.database(), place.url()).await.unwrap();
    assert_eq!(told.records, all.records - 1);
    let new = opened(place.url()).await;
    assert_eq!(contents(&old).await, contents(&new).await);
    for store in [old, new] {
        store.close().await;
    }
    let app = app.on_another(place).await;
    shoppers[1].goes_on(&app).await;
    app.stop().await;
}

type Marked = (std::sync::Arc<dyn doorstep_store::Store>, doorstep_store::MoveMark);

async fn marks_of_a_move_that_was_cut_off(order: &doorstep_server::r#move::Move) -> [Marked; 2] {
    use doorstep_store::{Direction, MoveMark, MoveState};
    let done = order.source.store.move_marks().await.unwrap().remove(0);
    let to = MoveMark { state: MoveState::Copying, ..done };
    let from = MoveMark { direction: Direction::From, ..to.clone() };
    [(order.source.store.clone(), to), (order.target.store.clone(), from)]
}
