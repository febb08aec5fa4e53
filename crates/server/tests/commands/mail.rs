//! `doorstep mail queue` and `doorstep mail retry`.

use std::sync::Arc;

use doorstep_base::{Clock, MessageId};
use doorstep_server::system::SystemClock;
use doorstep_store::{Lease, Message, NewMessage, Settings, Store};
use doorstep_testkit::app::Call;
use doorstep_testkit::contract::made;

use crate::serve::Server;
use crate::support::Run;

pub async fn store(run: &Run) -> Arc<dyn Store> {
    let url = format!("sqlite:{}", run.path().join("doorstep.db").display());
    let store = doorstep_store::open(&url, Settings::default()).await.unwrap();
    store.migrate(SystemClock.now()).await.unwrap();
    store
}

/// News that were given up three days ago.
async fn given_up(store: &Arc<dyn Store>, customer: &doorstep_store::NewCustomer) {
    let then = SystemClock.now() - 3 * made::DAY;
    let message = NewMessage {
        id: MessageId::from_bytes(made::bytes()),
        topic: doorstep_account::mail::MAIL.to_owned(),
        customer: Some(customer.id),
        payload: "{\"kind\":\"password_changed\",\"device\":\"Chrome on Linux\"}".to_owned(),
        created_at: then,
        due_at: then,
    };
    store.post_message(message).await.unwrap();
    let lease = Lease(made::bytes());
    let leased = store.lease_messages("mail", lease, then, then + made::MINUTE, 1).await.unwrap();
    let [Message { id, .. }] = leased[..] else { panic!("one is due") };
    assert!(store.bury_message(id, lease).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_that_were_given_up_are_sent_on_order() {
    let run = Run::new();
    let store = store(&run).await;
    let customers = [made::signed_up(&store).await, made::signed_up(&store).await];
    for customer in &customers {
        given_up(&store, customer).await;
    }
    assert_eq!(run.run(&["mail", "queue"]).out, "0 waiting; 2 given up\n");
    let erased = made::event(doorstep_store::AuditKind::AccountErased, customers[1].id);
    assert!(
        store.erase_customer(made::proof(&customers[1]), SystemClock.now(), erased.into()).await.unwrap()
    );
    let retried = run.run(&["mail", "retry"]);
    assert_eq!(retried.code, 0, "{}", retried.err);
    assert_eq!(retried.out, "1 given up before are due now: a running server sends them\n");
    assert_eq!(run.run(&["mail", "retry"]).out, "no mail was given up\n");
    assert!(run.run(&["mail", "queue"]).out.starts_with("1 waiting, the first since "));
    // The server gives it its chance, as old as it is.
    let server = Server::start(&run, &[]);
    let path = format!("/_dev/mailbox/latest?to={}&wait=20", customers[0].email);
    let mail = Call::to(server.address().parse().unwrap(), "GET", &path).send().await;
    assert_eq!((mail.status, &mail.json()["kind"]), (200, &"password_changed".into()), "{}", mail.text());
    while store.outbox_state().await.unwrap() != doorstep_store::OutboxState::default() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    server.end("-TERM");
}
