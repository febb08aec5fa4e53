//! A shop that is open while it is moved.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use doorstep_server::r#move::{self, Move, MoveError, Moved, Progress};
use doorstep_store::Table;
use doorstep_testkit::app::TestApp;
use doorstep_testkit::contract::made;
use doorstep_testkit::records::{OF_A_CUSTOMER, record};
use tokio::task::JoinHandle;

use crate::shop::{contents, engines, filled, opened, order, pairs, place};

/// Writes into every table all the time, until it is told to stop: new records, changed ones, and deleted ones.
fn bustle(app: &TestApp) -> (Arc<AtomicBool>, JoinHandle<u64>) {
    let (stop, store) = (Arc::new(AtomicBool::new(false)), app.store().clone());
    let stopped = Arc::clone(&stop);
    let writing = tokio::spawn(async move {
        let mut round = 0;
        while !stopped.load(Ordering::SeqCst) {
            let customer = made::signed_up(&store).await;
            made::logged_in(&store, &customer, doorstep_store::SessionMode::Jwt).await;
            for table in OF_A_CUSTOMER {
                // A made-up customer of the first thousand goes and another one, far behind, comes.
                let gone = record(table, round * 3 % 1000).key(table);
                store.delete_records(table, vec![gone]).await.unwrap();
                store.put_records(table, vec![record(table, 100_000 + round % 50)]).await.unwrap();
            }
            // Somebody else takes the address that was just given up.
            let mut heir = record(Table::Customers, 200_000 + round);
            let address = Table::Customers.unique_columns().next().unwrap();
            heir.0[address] = record(Table::Customers, round * 3 % 1000).0[address].clone();
            store.put_records(Table::Customers, vec![heir]).await.unwrap();
            round += 1;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        round
    });
    (stop, writing)
}

/// Runs a move until it ends or `quiet` does; the caller may give it up by aborting the task.
fn go(
    order: Move,
    stopped: &Arc<AtomicBool>,
    asked: &Arc<AtomicU32>,
) -> JoinHandle<Result<Moved, MoveError>> {
    let (stopped, asked) = (Arc::clone(stopped), Arc::clone(asked));
    tokio::spawn(async move {
        let mut quiet = |_: Duration| {
            asked.fetch_add(1, Ordering::SeqCst);
            stopped.load(Ordering::SeqCst)
        };
        r#move::run(&order, &mut Progress::silent(), &mut quiet).await
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_during_a_move_comes_along() {
    for (source, target) in pairs() {
        println!("{} to {}", source.name(), target.name());
        let (app, mut shoppers) = filled(source, 1500).await;
        let place = place(target).await;
        let (stop, writing) = bustle(&app);
        let stopped = Arc::new(AtomicBool::new(false));
        // Given up in the middle, three times: while it copies, while it compares, and while it follows.
        for patience in [100, 600, 2500] {
            let asked = Arc::default();
            let going = go(order(app.database(), place.url(), true).await, &stopped, &asked);
            tokio::time::sleep(Duration::from_millis(patience)).await;
            going.abort();
            assert!(going.await.is_err_and(|error| error.is_cancelled()), "it ended by itself");
        }
        let asked = Arc::new(AtomicU32::new(0));
        let going = go(order(app.database(), place.url(), true).await, &stopped, &asked);
        while asked.load(Ordering::SeqCst) < 3 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert!(!going.is_finished(), "{:?}", going.await);
        }
        // Now the shop closes: the servers stop, and only then the operator says so.
        shoppers[1].logs_out(&app).await;
        stop.store(true, Ordering::SeqCst);
        assert!(writing.await.unwrap() > 10);
        app.stop().await;
        stopped.store(true, Ordering::SeqCst);
        let told = going.await.unwrap().unwrap();
        println!("the shop stood still for {:?}", told.pause.unwrap());
        assert!(told.pause.unwrap() < Duration::from_secs(20), "{told:?}");
        let (old, new) = (opened(app.database()).await, opened(place.url()).await);
        assert_eq!(contents(&old).await, contents(&new).await);
        for store in [old, new] {
            store.close().await;
        }
        let app = app.on_another(place).await;
        shoppers.remove(1).is_out(&app).await;
        for shopper in &mut shoppers {
            shopper.goes_on(&app).await;
        }
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_forgotten_is_waited_for() {
    let engine = engines()[0];
    let (app, _) = filled(engine, 20).await;
    let place = place(engine).await;
    let (stop, writing) = bustle(&app);
    let going = go(order(app.database(), place.url(), true).await, &Arc::new(true.into()), &Arc::default());
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(!going.is_finished(), "it left while customers were writing");
    stop.store(true, Ordering::SeqCst);
    writing.await.unwrap();
    going.await.unwrap().unwrap();
    let (old, new) = (opened(app.database()).await, opened(place.url()).await);
    assert_eq!(contents(&old).await, contents(&new).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_command_takes_the_move_over_from_the_first() {
    let engine = engines()[0];
    let (app, _) = filled(engine, 20).await;
    let place = place(engine).await;
    let (stopped, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let first = go(order(app.database(), place.url(), true).await, &stopped, &asked);
    while asked.load(Ordering::SeqCst) < 3 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let second = go(order(app.database(), place.url(), true).await, &stopped, &Arc::default());
    // Also when there is nothing to bring.
    assert!(matches!(first.await.unwrap(), Err(MoveError::TakenOver)));
    stopped.store(true, Ordering::SeqCst);
    second.await.unwrap().unwrap();
}

/// Somebody starts the command twice; the first is stopped (a machine that sleeps, Ctrl-Z) while the second one ends,
/// and the shop opens on the new database.
#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_was_asleep_does_not_touch_the_shop_that_has_opened() {
    let engine = engines()[0];
    let (app, _) = filled(engine, 20).await;
    app.stop().await;
    let place = place(engine).await;
    let (source, target) = (app.database(), place.url());
    let mut asleep = order(source, target, true).await;
    // It sleeps when it is asked whether the servers have stopped.
    let (wake, woken) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    asleep.keep_source = true;
    let first = go_asleep(asleep, wake.clone(), woken.clone());
    while woken.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    go(order(source, target, true).await, &Arc::new(true.into()), &Arc::default()).await.unwrap().unwrap();
    let new = opened(target).await;
    let customer = made::signed_up(&new).await;
    let before = contents(&new).await;
    wake.store(true, Ordering::SeqCst);
    assert!(matches!(first.await.unwrap(), Err(MoveError::TakenOver)));
    assert_eq!(contents(&new).await, before);
    assert!(new.find_customer(customer.id).await.unwrap().is_some());
}

fn go_asleep(
    order: Move,
    wake: Arc<AtomicBool>,
    asked: Arc<AtomicU32>,
) -> JoinHandle<Result<Moved, MoveError>> {
    tokio::spawn(async move {
        let mut quiet = |_: Duration| {
            asked.fetch_add(1, Ordering::SeqCst);
            while !wake.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(20));
            }
            true
        };
        r#move::run(&order, &mut Progress::silent(), &mut quiet).await
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_forgotten_stops_by_itself() {
    let engine = engines()[0];
    let (app, shoppers) = filled(engine, 20).await;
    let place = place(engine).await;
    let going = go(order(app.database(), place.url(), true).await, &Arc::new(true.into()), &Arc::default());
    let told = going.await.unwrap().unwrap();
    assert!(told.records > 20);
    // Nobody gets an answer from the old database any more.
    assert!(tokio::net::TcpStream::connect(app.address()).await.is_err());
    app.stop().await;
    let app = app.on_another(place).await;
    shoppers[1].logs_out(&app).await;
    app.stop().await;
}
