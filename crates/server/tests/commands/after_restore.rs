//! `doorstep after-restore` and `doorstep users sessions`.

use doorstep_account::users::Users;
use doorstep_server::system::{SystemClock, SystemRandom};
use doorstep_store::{Settings, Store};
use doorstep_testkit::contract::made;
use std::sync::Arc;

use crate::support::Run;

/// A shop of two customers, one of them with two sessions.
async fn shop(run: &Run) -> (Arc<dyn Store>, [doorstep_store::NewCustomer; 2]) {
    let url = format!("sqlite:{}", run.path().join("doorstep.db").display());
    let store = doorstep_store::open(&url, Settings::default()).await.unwrap();
    store.migrate(made::NOW).await.unwrap();
    let customers = [made::signed_up(&store).await, made::signed_up(&store).await];
    for _ in 0..2 {
        made::logged_in(&store, &customers[0], doorstep_store::SessionMode::Token).await;
    }
    (store, customers)
}

fn users(store: &Arc<dyn Store>) -> Users {
    Users::new(store.clone(), Arc::new(SystemClock), Arc::new(SystemRandom))
}

#[tokio::test]
async fn a_restored_database_is_made_safe() {
    let run = Run::new();
    let (store, [erased, other]) = shop(&run).await;
    let list =
        format!("2026-11-22T17:53:20.007Z {}\n2026-11-22T17:53:21.000Z {}\n", erased.id, made::customer().id);
    let run = run.file("erasures.txt", &list).file("torn.txt", "2026-11-22T17:53:20.007Z 0193\n");

    let missing = run.run(&["after-restore", "--erasures", "erasures.txt", "--erasures", "typo.txt"]);
    assert_eq!(missing.code, 1);
    assert!(missing.err.contains("typo.txt"), "{}", missing.err);
    assert_eq!(users(&store).sessions(&erased.email).await.unwrap().len(), 2, "nothing was done");

    let done = run.run(&["after-restore", "--erasures", "erasures.txt", "--erasures", "torn.txt"]);
    assert!(done.err.contains("torn.txt, line 1"), "{}", done.err);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.starts_with("2 live sessions were ended"), "{}", done.out);
    assert!(
        done.out.contains("1 customers who were erased since the backup are erased again"),
        "{}",
        done.out
    );
    assert!(store.find_customer(erased.id).await.unwrap().is_none());
    assert!(store.find_customer(other.id).await.unwrap().is_some());

    let without = run.run(&["after-restore"]);
    assert!(without.out.contains("No list of erasures was given"), "{}", without.out);
}

#[tokio::test]
async fn an_operator_sees_and_ends_sessions() {
    let run = Run::new();
    let (store, [customer, _]) = shop(&run).await;
    let shown = run.run(&["users", "sessions", &customer.email]);
    assert_eq!((shown.code, shown.out.lines().count()), (0, 2), "{}{}", shown.out, shown.err);
    assert!(shown.out.contains("token  opened 2027"), "{}", shown.out);
    let id = shown.out.split_whitespace().next().unwrap().to_owned();
    let ended = run.run(&["users", "sessions", &customer.email, "--end", &id]);
    assert_eq!(ended.out, format!("1 sessions of {} were ended\n", customer.email));
    let again = run.run(&["users", "sessions", &customer.email, "--end", &id]);
    assert_eq!((again.code, again.err.contains("no live session has the id")), (1, true));
    assert_eq!(run.run(&["users", "sessions", &customer.email, "--end-all"]).code, 0);
    assert_eq!(users(&store).sessions(&customer.email).await.unwrap(), []);
    let told = store.audit_of(customer.id, 9).await.unwrap();
    let ended: Vec<_> = told.iter().filter(|event| event.kind.as_str() == "session_ended").collect();
    assert_eq!(ended.len(), 2);
    assert!(ended.iter().all(|event| event.actor == doorstep_store::Actor::Operator));
}
