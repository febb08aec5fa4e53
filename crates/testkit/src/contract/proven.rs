//! What is changed by whoever shows that a mail came to them.

use std::sync::Arc;

use doorstep_base::{CustomerId, MessageId};
use doorstep_store::{
    Asked, AuditKind, Challenge, DefaultUse, Lease, Means, NewCustomer, NewMessage, Opened, OutboxState,
    Presented, Proven, Purpose, SessionMode, Store, Trail,
};

use super::challenges::{challenge, presented};
use super::customers::found;
use super::made::{self, HOUR, MINUTE, NOW};
use super::race::{CALLERS, race};
use crate::TestDatabase;

async fn opened(store: &Arc<dyn Store>, customer: CustomerId, purpose: Purpose) -> Challenge {
    let open = Challenge { customer: Some(customer), purpose, ..challenge() };
    store.open_challenge(open.clone(), None, None).await.unwrap();
    open
}

fn recovered(customer: CustomerId) -> Trail {
    made::event(AuditKind::PasswordRecovered, customer).into()
}

async fn verify(store: &Arc<dyn Store>, of: &Challenge, customer: &NewCustomer) -> Proven {
    let trail = made::event(AuditKind::EmailVerified, customer.id).into();
    store.verify_email(presented(of), &customer.email_key, trail).await.unwrap()
}

pub async fn a_recovery_sets_the_password_and_ends_everything(database: TestDatabase) {
    let store = &database.store;
    for means in [Means::Code, Means::Link] {
        let (new, stranger) = (made::signed_up(store).await, made::signed_up(store).await);
        let session = made::logged_in(store, &new, SessionMode::Cookie).await;
        let strangers = made::logged_in(store, &stranger, SessionMode::Cookie).await;
        let open = opened(store, new.id, Purpose::RecoverPassword).await;
        let others = opened(store, new.id, Purpose::LogIn).await;
        let presented = Presented { means, ..presented(&open) };
        assert_eq!(
            store.recover_password(presented, "$next", recovered(new.id)).await.unwrap(),
            Proven::Done
        );
        assert_eq!(store.find_password(new.id).await.unwrap().as_deref(), Some("$next"));
        assert!(!made::lets_in(store, &session, NOW).await && made::lets_in(store, &strangers, NOW).await);
        let customer = found(&database, &new).await.unwrap();
        assert_eq!((customer.email_verified_at, customer.credentials_version), (Some(NOW), 2));
        assert_eq!(store.find_challenge(super::challenges::presented(&others)).await.unwrap(), None);
        assert_eq!(
            store.recover_password(presented, "$again", recovered(new.id)).await.unwrap(),
            Proven::Spent
        );
        assert_eq!(
            made::trail(store, new.id).await.iter().filter(|kind| **kind == "password_recovered").count(),
            1
        );
    }
}

pub async fn what_a_stranger_filled_in_goes_when_the_address_is_proven(database: TestDatabase) {
    let store = &database.store;
    for is_proven in [false, true] {
        let new = made::signed_up(store).await;
        if is_proven {
            let open = opened(store, new.id, Purpose::VerifyEmail).await;
            assert_eq!(verify(store, &open, &new).await, Proven::Done);
        }
        let uses = DefaultUse { shipping: Some(true), billing: Some(true) };
        let trail = made::event(AuditKind::AddressAdded, new.id).into();
        store.insert_address_if_below(9, new.id, made::address(), uses, NOW, trail).await.unwrap();
        let open = opened(store, new.id, Purpose::RecoverPassword).await;
        let outcome = store.recover_password(presented(&open), "$next", recovered(new.id)).await.unwrap();
        assert_eq!(outcome, Proven::Done);
        let customer = found(&database, &new).await.unwrap();
        let kept = (customer.phone.is_some(), customer.locale.is_some());
        assert_eq!(kept, (is_proven, is_proven));
        assert_eq!(store.addresses_of(new.id).await.unwrap().len(), usize::from(is_proven));
    }
}

pub async fn a_wrong_code_changes_nothing_and_takes_a_try(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let open = opened(store, new.id, Purpose::RecoverPassword).await;
    let wrong = Presented { secret: made::hash(), ..presented(&open) };
    for tries_left in [2, 1, 0] {
        let outcome = store.recover_password(wrong, "$next", recovered(new.id)).await.unwrap();
        assert_eq!(outcome, Proven::Wrong { tries_left });
    }
    let outcome = store.recover_password(presented(&open), "$next", recovered(new.id)).await.unwrap();
    assert_eq!(outcome, Proven::Spent);
    assert_eq!(found(&database, &new).await, Some(new.clone().into_customer()));
    assert_eq!(made::trail(store, new.id).await, ["signed_up"]);
}

pub async fn a_disabled_customer_recovers_nothing(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let open = opened(store, new.id, Purpose::RecoverPassword).await;
    let trail = made::event(AuditKind::AccountDisabled, new.id).into();
    store.set_disabled(new.id, Some(NOW), NOW, trail).await.unwrap();
    let outcome = store.recover_password(presented(&open), "$next", recovered(new.id)).await.unwrap();
    assert_eq!(outcome, Proven::Spent);
    assert_eq!(store.find_password(new.id).await.unwrap(), new.password_hash);
}

pub async fn of_racing_recoveries_one_is_done(database: TestDatabase) {
    for callers in CALLERS {
        let new = made::signed_up(&database.store).await;
        let open = opened(&database.store, new.id, Purpose::RecoverPassword).await;
        let outcomes = race(&database, callers, |store, caller| {
            let means = if caller % 3 == 0 { Means::Code } else { Means::Link };
            let (presented, customer) = (Presented { means, ..presented(&open) }, new.id);
            async move {
                store.recover_password(presented, &format!("${caller}"), recovered(customer)).await.unwrap()
            }
        });
        let outcomes = outcomes.await;
        let done: Vec<_> = (0..callers).filter(|caller| outcomes[*caller] == Proven::Done).collect();
        let [winner] = done[..] else { panic!("{outcomes:?}") };
        let stored = database.store.find_password(new.id).await.unwrap();
        assert_eq!(stored, Some(format!("${winner}")));
        assert_eq!(found(&database, &new).await.unwrap().credentials_version, 2);
    }
}

pub async fn an_address_is_verified_once_and_only_while_it_is_the_customers(database: TestDatabase) {
    let store = &database.store;
    let (new, other) = (made::signed_up(store).await, made::signed_up(store).await);
    let open = opened(store, new.id, Purpose::VerifyEmail).await;
    assert_eq!(verify(store, &open, &new).await, Proven::Done);
    let customer = found(&database, &new).await.unwrap();
    assert_eq!(
        (customer.email_verified_at, customer.version, customer.credentials_version),
        (Some(NOW), 2, 1)
    );
    assert_eq!(verify(store, &open, &new).await, Proven::Spent);
    let open = opened(store, new.id, Purpose::VerifyEmail).await;
    assert_eq!(verify(store, &open, &other).await, Proven::Spent, "the address was changed meanwhile");
    assert_eq!(found(&database, &other).await.unwrap().email_verified_at, None);
}

pub async fn an_address_that_takes_no_mail_is_marked_until_one_arrives(database: TestDatabase) {
    let store = &database.store;
    let (new, other) = (made::signed_up(store).await, made::signed_up(store).await);
    let mark = async |email_key: &str| {
        let trail = made::event(AuditKind::EmailUndeliverable, new.id).into();
        store.mark_undeliverable(new.id, email_key, NOW, trail).await.unwrap()
    };
    assert!(!mark(&other.email_key).await, "it was another address");
    assert!(mark(&new.email_key).await && !mark(&new.email_key).await);
    assert_eq!(found(&database, &new).await.unwrap().email_undeliverable_at, Some(NOW));
    assert_eq!(made::trail(store, new.id).await, ["email_undeliverable", "signed_up"]);
    let open = opened(store, new.id, Purpose::VerifyEmail).await;
    assert_eq!(verify(store, &open, &new).await, Proven::Done);
    assert_eq!(found(&database, &new).await.unwrap().email_undeliverable_at, None);
}

pub async fn a_shut_account_has_no_session_and_no_password(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let session = made::logged_in(store, &new, SessionMode::Token).await;
    let open = opened(store, new.id, Purpose::LogIn).await;
    let shut = async || {
        let trail = made::event(AuditKind::AccountShut, new.id).into();
        store.shut_account(new.id, NOW, trail).await.unwrap()
    };
    assert!(shut().await && shut().await);
    assert!(!made::lets_in(store, &session, NOW).await);
    assert_eq!(store.find_password(new.id).await.unwrap(), None);
    assert_eq!(store.find_challenge(presented(&open)).await.unwrap(), None);
    // A recovery opens it again.
    let open = opened(store, new.id, Purpose::RecoverPassword).await;
    let outcome = store.recover_password(presented(&open), "$next", recovered(new.id)).await.unwrap();
    assert_eq!(outcome, Proven::Done);
    let nobody = made::customer().id;
    let trail = made::event(AuditKind::AccountShut, nobody).into();
    assert!(!store.shut_account(nobody, NOW, trail).await.unwrap());
}

pub async fn a_new_password_voids_what_was_sent_before(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let open = opened(store, new.id, Purpose::RecoverPassword).await;
    super::passwords::replaced(store, &new).await;
    let by_link = Presented { means: Means::Link, ..presented(&open) };
    let outcome = store.recover_password(by_link, "$theirs", recovered(new.id)).await.unwrap();
    assert_eq!(outcome, Proven::Spent);
    // Its code is a wrong one, and takes a try: a new password gives none.
    let outcome = store.recover_password(presented(&open), "$theirs", recovered(new.id)).await.unwrap();
    assert_eq!(outcome, Proven::Wrong { tries_left: 2 });
    let again = Challenge { secret: made::hash(), ..open.clone() };
    let opened = store.open_challenge(again, None, None).await.unwrap();
    assert_eq!(opened, Opened::Open { tries_left: 2 });
}

pub async fn a_challenge_takes_the_place_of_the_message_that_asked(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let message = |topic: &str| NewMessage {
        id: MessageId::from_bytes(made::bytes()),
        topic: topic.to_owned(),
        customer: None,
        payload: "{}".to_owned(),
        created_at: NOW,
        due_at: NOW,
    };
    let ask = message("ask");
    store.post_message(ask.clone()).await.unwrap();
    let lease = Lease(made::bytes());
    let others = store.lease_messages("mail", lease, NOW, NOW + MINUTE, 9).await.unwrap();
    assert_eq!(others, [], "of another topic");
    let leased = store.lease_messages("ask", lease, NOW, NOW + MINUTE, 9).await.unwrap();
    assert_eq!(leased.iter().map(|message| message.id).collect::<Vec<_>>(), [ask.id]);
    let open = Challenge { customer: Some(new.id), ..challenge() };
    let mail = NewMessage { customer: Some(new.id), ..message("mail") };
    let trail =
        || Trail { outbox: vec![mail.clone()], ..made::event(AuditKind::RecoveryAsked, new.id).into() };
    let of = |lease| Some(Asked { message: ask.id, lease });
    let stolen = store.open_challenge(open.clone(), of(Lease(made::bytes())), Some(trail())).await.unwrap();
    assert_eq!(stolen, Opened::NotOurs);
    assert_eq!(store.find_challenge(presented(&open)).await.unwrap(), None);
    let opened = store.open_challenge(open.clone(), of(lease), Some(trail())).await.unwrap();
    assert_eq!(opened, Opened::Open { tries_left: 3 });
    assert_eq!(store.find_challenge(presented(&open)).await.unwrap(), Some(open.clone()));
    assert_eq!(store.outbox_state().await.unwrap(), OutboxState { waiting: 1, dead: 0 });
    // A worker whose answer was lost, and who does it once more.
    let again = store.open_challenge(open, of(lease), Some(trail())).await.unwrap();
    assert_eq!(again, Opened::NotOurs);
    let due =
        store.lease_messages("mail", Lease(made::bytes()), NOW + HOUR, NOW + 2 * HOUR, 9).await.unwrap();
    assert_eq!(due.iter().map(|message| &*message.topic).collect::<Vec<_>>(), ["mail"]);
    assert_eq!(made::trail(store, new.id).await.iter().filter(|kind| **kind == "recovery_asked").count(), 1);
}
