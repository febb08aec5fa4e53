//! The outbox: written with a fact, held by one sender at a time.

use std::sync::Arc;

use doorstep_base::MessageId;
use doorstep_store::{AuditKind, KeptMessage, Lease, Message, NewMessage, OutboxState, Store, Trail};

use super::made::{self, HOUR, MINUTE, NOW};
use super::race::{CALLERS, race};
use crate::TestDatabase;

pub(super) fn message(customer: doorstep_base::CustomerId) -> NewMessage {
    NewMessage {
        id: MessageId::from_bytes(made::bytes()),
        topic: "welcome".to_owned(),
        customer: Some(customer),
        payload: "{\"language\":\"de\"}".to_owned(),
        created_at: NOW,
        due_at: NOW,
    }
}

/// A customer whose sign-up tells so much.
async fn told(store: &Arc<dyn Store>, outbox: Vec<NewMessage>) -> doorstep_store::NewCustomer {
    let new = made::customer();
    let outbox: Vec<_> =
        outbox.into_iter().map(|message| NewMessage { customer: Some(new.id), ..message }).collect();
    let trail = Trail { outbox, ..made::event(AuditKind::SignedUp, new.id).into() };
    store.insert_customer_unless_taken(new.clone(), None, None, trail).await.unwrap();
    new
}

fn some() -> NewMessage {
    message(made::customer().id)
}

fn lease() -> Lease {
    Lease(made::bytes())
}

async fn take(store: &Arc<dyn Store>, now: doorstep_base::Timestamp) -> Vec<Message> {
    store.lease_messages("welcome", lease(), now, now + MINUTE, 100).await.unwrap()
}

pub async fn a_message_is_written_with_its_fact(database: TestDatabase) {
    let store = &database.store;
    assert_eq!(take(store, NOW).await, []);
    let (first, later) = (some(), NewMessage { due_at: NOW + HOUR, ..some() });
    let new = told(store, vec![first.clone(), later]).await;
    // A fact that does not come to be tells nothing.
    let mut twin = made::customer();
    twin.email_key.clone_from(&new.email_key);
    let trail = Trail { outbox: vec![some()], ..made::event(AuditKind::SignedUp, twin.id).into() };
    store.insert_customer_unless_taken(twin, None, None, trail).await.unwrap();
    assert_eq!(store.outbox_state().await.unwrap(), OutboxState { waiting: 2, dead: 0 });
    assert_eq!(store.outbox_due_since(NOW + HOUR).await.unwrap(), Some(NOW));
    let [got] = &take(store, NOW).await[..] else { panic!("one is due") };
    assert_eq!(store.outbox_due_since(NOW).await.unwrap(), None, "it is being sent");
    assert_eq!((got.id, &got.topic, &got.payload), (first.id, &first.topic, &first.payload));
    assert_eq!((got.customer, got.attempts, got.leased_until), (Some(new.id), 1, NOW + MINUTE));
}

pub async fn a_message_goes_with_its_customer(database: TestDatabase) {
    let store = &database.store;
    let new = told(store, vec![some()]).await;
    told(store, vec![some()]).await;
    let audit = made::event(AuditKind::AccountErased, new.id);
    assert!(store.erase_customer(made::proof(&new), NOW, audit.into()).await.unwrap());
    assert_eq!(store.outbox_state().await.unwrap().waiting, 1);
}

pub async fn what_tells_of_an_erasure_outlives_it(database: TestDatabase) {
    let store = &database.store;
    let new = told(store, vec![some()]).await;
    let farewell = message(new.id);
    let trail =
        Trail { outbox: vec![farewell.clone()], ..made::event(AuditKind::AccountErased, new.id).into() };
    assert!(store.erase_customer(made::proof(&new), NOW, trail).await.unwrap());
    let left = take(store, NOW).await;
    assert_eq!(left.iter().map(|message| message.id).collect::<Vec<_>>(), [farewell.id]);
}

pub async fn of_racing_senders_one_gets_each_message(database: TestDatabase) {
    for callers in CALLERS {
        told(&database.store, (0..7).map(|_| some()).collect()).await;
        let taken = race(&database, callers, |store, _| async move {
            store.lease_messages("welcome", lease(), NOW, NOW + HOUR, 3).await.unwrap()
        });
        let mut ids: Vec<_> = taken.await.concat().iter().map(|message| message.id).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "one message was given to two");
        // Two callers leave one behind; what is left is there for the next.
        let rest = store_rest(&database).await;
        assert_eq!(count + rest, 7);
    }
}

async fn store_rest(database: &TestDatabase) -> usize {
    database.store.lease_messages("welcome", lease(), NOW, NOW + HOUR, 100).await.unwrap().len()
}

pub async fn a_message_is_due_again_when_its_lease_is_over(database: TestDatabase) {
    let store = &database.store;
    told(store, vec![some()]).await;
    let [first] = &take(store, NOW).await[..] else { panic!("one is due") };
    assert_eq!(take(store, NOW + MINUTE / 2).await, []);
    let [second] = &take(store, NOW + MINUTE).await[..] else { panic!("it is due again") };
    assert_eq!((second.id, second.attempts), (first.id, 2));
    // The first sender comes too late: the message is another's.
    assert!(!store.finish_message(first.id, first.lease).await.unwrap());
    assert!(!store.retry_message(first.id, first.lease, NOW).await.unwrap());
    assert!(!store.bury_message(first.id, first.lease).await.unwrap());
    assert!(store.finish_message(second.id, second.lease).await.unwrap());
}

pub async fn a_message_that_was_sent_is_gone(database: TestDatabase) {
    let store = &database.store;
    told(store, vec![some()]).await;
    let [sent] = &take(store, NOW).await[..] else { panic!("one is due") };
    assert!(store.finish_message(sent.id, sent.lease).await.unwrap());
    assert!(!store.finish_message(sent.id, sent.lease).await.unwrap());
    assert_eq!(take(store, NOW + HOUR).await, []);
    assert_eq!(store.outbox_state().await.unwrap(), OutboxState::default());
}

pub async fn a_message_that_could_not_be_sent_comes_again(database: TestDatabase) {
    let store = &database.store;
    told(store, vec![some()]).await;
    let [failed] = &take(store, NOW).await[..] else { panic!("one is due") };
    assert!(store.retry_message(failed.id, failed.lease, NOW + HOUR).await.unwrap());
    assert_eq!(take(store, NOW + HOUR / 2).await, []);
    let [again] = &take(store, NOW + HOUR).await[..] else { panic!("it is due again") };
    assert_eq!((again.id, again.attempts), (failed.id, 2));
}

pub async fn a_buried_message_stays_and_is_not_sent(database: TestDatabase) {
    let store = &database.store;
    told(store, vec![some()]).await;
    let [failed] = &take(store, NOW).await[..] else { panic!("one is due") };
    assert!(store.bury_message(failed.id, failed.lease).await.unwrap());
    assert_eq!(take(store, NOW + 10_000 * HOUR).await, []);
    assert_eq!(store.outbox_state().await.unwrap(), OutboxState { waiting: 0, dead: 1 });
}

pub async fn dead_messages_of_a_topic_are_tried_anew_on_order(database: TestDatabase) {
    let store = &database.store;
    let elsewhere = NewMessage { topic: "farewell".to_owned(), ..some() };
    told(store, vec![some(), some(), some(), elsewhere]).await;
    let [first, second, sending] = &take(store, NOW).await[..] else { panic!("three are due") };
    let other = store.lease_messages("farewell", lease(), NOW, NOW + MINUTE, 1).await.unwrap();
    for dead in [first, second, &other[0]] {
        assert!(store.bury_message(dead.id, dead.lease).await.unwrap());
    }
    let later = NOW + 100 * HOUR;
    assert_eq!(store.retry_dead_messages("welcome", later).await.unwrap(), 2);
    assert_eq!(store.retry_dead_messages("welcome", later + HOUR).await.unwrap(), 0, "none is left");
    assert_eq!(store.outbox_state().await.unwrap(), OutboxState { waiting: 3, dead: 1 });
    // What is being sent stays whose it is.
    assert!(store.finish_message(sending.id, sending.lease).await.unwrap());
    assert_eq!(take(store, later - MINUTE).await, [], "not before it was ordered");
    let anew = take(store, later).await;
    let mut ids: Vec<_> = anew.iter().map(|message| message.id).collect();
    ids.sort_unstable();
    let mut wanted = [first.id, second.id];
    wanted.sort_unstable();
    assert_eq!(ids, wanted);
    for message in &anew {
        let told = (message.created_at, message.retried_at, message.attempts);
        assert_eq!(told, (NOW, Some(later), 1), "what it tells is as old as it was");
    }
    assert_eq!(first.retried_at, None);
}

pub async fn messages_of_a_customer_are_told_oldest_first(database: TestDatabase) {
    let store = &database.store;
    let newer = NewMessage { created_at: NOW + MINUTE, due_at: NOW + HOUR, ..some() };
    let older = NewMessage { payload: "{\"kind\":\"a\"}".to_owned(), ..some() };
    let new = told(store, vec![newer.clone(), older.clone()]).await;
    told(store, vec![some()]).await;
    store.post_message(NewMessage { customer: None, ..some() }).await.unwrap();
    let leased = take(store, NOW).await;
    let mine = leased.iter().find(|message| message.id == older.id).unwrap();
    assert!(store.bury_message(mine.id, mine.lease).await.unwrap());
    let kept = |of: &NewMessage, attempts, is_dead| KeptMessage {
        topic: of.topic.clone(),
        payload: of.payload.clone(),
        created_at: of.created_at,
        attempts,
        is_dead,
    };
    let wanted = [kept(&older, 1, true), kept(&newer, 0, false)];
    assert_eq!(store.messages_of(new.id).await.unwrap(), wanted);
    assert_eq!(store.messages_of(made::customer().id).await.unwrap(), []);
}
