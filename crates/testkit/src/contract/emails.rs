//! Another address, and the former one again.

use std::sync::Arc;

use doorstep_base::SecretHash;
use doorstep_store::{
    AuditKind, Challenge, Customer, Means, NewCustomer, NewEmail, Presented, Proven, Purpose, SessionMode,
    Store,
};

use super::challenges::{challenge, presented};
use super::made::{self, HOUR, MINUTE, NOW};
use super::race::{CALLERS, race};
use crate::TestDatabase;

/// A change that is asked for: the challenge of the mail to the new address, and what is to be done.
struct Change {
    open: Challenge,
    change: NewEmail,
}

async fn read(store: &Arc<dyn Store>, customer: &NewCustomer) -> Customer {
    store.find_customer(customer.id).await.unwrap().unwrap()
}

/// Names what reserves an address, as the same for every node.
fn reserves(email: &str) -> SecretHash {
    SecretHash(doorstep_base::crypto::sha256(email.as_bytes()))
}

async fn asked(store: &Arc<dyn Store>, customer: &NewCustomer, email: &str) -> Change {
    let former = read(store, customer).await;
    let open = Challenge {
        customer: Some(customer.id),
        purpose: Purpose::ChangeEmail,
        email: Some(email.to_owned()),
        ..challenge()
    };
    store.open_challenge(open.clone(), None, None).await.unwrap();
    let undo = Challenge {
        subject: reserves(&former.email_key),
        customer: Some(customer.id),
        purpose: Purpose::UndoEmail,
        email: Some(former.email.clone()),
        tries_left: 0,
        expires_at: NOW + HOUR * 24,
        ..challenge()
    };
    let change = NewEmail {
        former_key: former.email_key,
        email: email.to_owned(),
        email_key: email.to_lowercase(),
        reserved: vec![reserves(&email.to_lowercase())],
        undo: Some(undo),
    };
    Change { open, change }
}

async fn confirm(store: &Arc<dyn Store>, of: &Change) -> Proven {
    let trail = made::event(AuditKind::EmailChanged, of.open.customer.unwrap()).into();
    store.change_email(presented(&of.open), of.change.clone(), trail).await.unwrap()
}

/// Changes the address; the challenge that takes it back.
async fn changed(store: &Arc<dyn Store>, customer: &NewCustomer, email: &str) -> Challenge {
    let change = asked(store, customer, email).await;
    assert_eq!(confirm(store, &change).await, Proven::Done);
    change.change.undo.unwrap()
}

async fn undo(store: &Arc<dyn Store>, of: &Challenge) -> Proven {
    let trail = made::event(AuditKind::EmailRestored, of.customer.unwrap()).into();
    let email_key = of.email.as_deref().unwrap().to_lowercase();
    store.undo_email(Presented { means: Means::Link, ..presented(of) }, &email_key, trail).await.unwrap()
}

fn new_email() -> String {
    made::customer().email
}

pub async fn an_address_is_changed_by_the_mail_that_came_there(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let session = made::logged_in(store, &new, SessionMode::Token).await;
    let recovery = Challenge { customer: Some(new.id), ..challenge() };
    store.open_challenge(recovery.clone(), None, None).await.unwrap();
    let email = new_email();
    let mut change = asked(store, &new, &email).await;
    let right = change.open.secret;
    change.open.secret = made::hash();
    assert_eq!(confirm(store, &change).await, Proven::Wrong { tries_left: 2 });
    change.open.secret = right;
    assert_eq!(confirm(store, &change).await, Proven::Done);
    assert_eq!(confirm(store, &change).await, Proven::Spent);
    let customer = read(store, &new).await;
    assert_eq!((&customer.email, &customer.email_key), (&email, &email.to_lowercase()));
    assert_eq!((customer.email_verified_at, customer.version), (Some(NOW), 2));
    assert!(made::lets_in(store, &session, NOW).await);
    assert_eq!(
        store.find_challenge(presented(&recovery)).await.unwrap(),
        None,
        "it was sent to the former one"
    );
    assert_eq!(store.find_customer_by_email(&new.email_key).await.unwrap(), None);
    assert_eq!(made::trail(store, new.id).await, ["email_changed", "logged_in", "signed_up"]);
}

pub async fn a_change_of_address_asks_for_what_stands(database: TestDatabase) {
    let store = &database.store;
    let (new, other) = (made::signed_up(store).await, made::signed_up(store).await);
    let mut another = asked(store, &new, &new_email()).await;
    another.change.email = new_email();
    another.change.email_key = another.change.email.to_lowercase();
    assert_eq!(confirm(store, &another).await, Proven::Spent, "the mail went elsewhere");
    let mut stale = asked(store, &new, &new_email()).await;
    stale.change.former_key = other.email_key.clone();
    assert_eq!(confirm(store, &stale).await, Proven::Spent, "it was changed meanwhile");
    let taken = asked(store, &new, &other.email).await;
    assert_eq!(confirm(store, &taken).await, Proven::Taken);
    assert_eq!(confirm(store, &taken).await, Proven::Taken, "nothing was used up");
    let audit = made::event(AuditKind::AccountDisabled, new.id).into();
    let disabled = asked(store, &new, &new_email()).await;
    assert!(store.set_disabled(new.id, Some(NOW), NOW, audit).await.unwrap());
    assert_eq!(confirm(store, &disabled).await, Proven::Spent);
    assert_eq!(read(store, &new).await.email_key, new.email_key);
}

pub async fn of_racing_changes_to_one_address_one_is_done(database: TestDatabase) {
    for callers in CALLERS {
        let email = new_email();
        let mut changes = Vec::new();
        for _ in 0..callers {
            let new = made::signed_up(&database.store).await;
            changes.push((new.id, Arc::new(asked(&database.store, &new, &email).await)));
        }
        let outcomes = race(&database, callers, |store, caller| {
            let change = Arc::clone(&changes[caller].1);
            async move { confirm(&store, &change).await }
        });
        let outcomes = outcomes.await;
        let done: Vec<_> = (0..callers).filter(|caller| outcomes[*caller] == Proven::Done).collect();
        let [winner] = done[..] else { panic!("{outcomes:?}") };
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Proven::Taken).count(), callers - 1);
        let owner = database.store.find_customer_by_email(&email.to_lowercase()).await.unwrap().unwrap();
        assert_eq!(owner.id, changes[winner].0);
    }
}

pub async fn a_former_address_is_taken_back_once_and_ends_everything(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let back = changed(store, &new, &new_email()).await;
    let session = made::logged_in(store, &new, SessionMode::Token).await;
    assert_eq!(undo(store, &back).await, Proven::Done);
    let customer = read(store, &new).await;
    assert_eq!((&customer.email, &customer.email_key), (&new.email, &new.email_key));
    assert_eq!(customer.credentials_version, 2);
    assert!(!made::lets_in(store, &session, NOW).await);
    assert_eq!(store.find_password(new.id).await.unwrap(), None);
    assert_eq!(undo(store, &back).await, Proven::Spent);
    assert_eq!(
        made::trail(store, new.id).await,
        ["email_changed", "email_restored", "logged_in", "signed_up"]
    );
}

pub async fn whoever_changes_again_does_not_keep_the_first_owner_out(database: TestDatabase) {
    let store = &database.store;
    let (new, other) = (made::signed_up(store).await, made::signed_up(store).await);
    let first = changed(store, &new, &new_email()).await;
    let mut second = asked(store, &new, &new_email()).await;
    second.change.undo.as_mut().unwrap().created_at = NOW + MINUTE;
    assert_eq!(confirm(store, &second).await, Proven::Done);
    // Another password, which voids all else that was sent.
    super::passwords::replaced(store, &new).await;
    assert!(store.challenge_stands(first.subject, NOW).await.unwrap());
    let take = asked(store, &other, &new.email).await;
    assert_eq!(confirm(store, &take).await, Proven::Taken, "it may yet be taken back");
    assert_eq!(undo(store, &first).await, Proven::Done);
    assert_eq!(read(store, &new).await.email_key, new.email_key);
    assert_eq!(undo(store, second.change.undo.as_ref().unwrap()).await, Proven::Spent);
    assert!(!store.challenge_stands(first.subject, NOW).await.unwrap());
}

pub async fn a_customer_may_have_the_former_address_again(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let first = changed(store, &new, &new_email()).await;
    let mut back = asked(store, &new, &new.email).await;
    back.change.undo.as_mut().unwrap().created_at = NOW + MINUTE;
    assert_eq!(confirm(store, &back).await, Proven::Done);
    assert_eq!(read(store, &new).await.email_key, new.email_key);
    // Whoever had the account in between does not get it again, and the first owner may still end everything.
    assert_eq!(undo(store, back.change.undo.as_ref().unwrap()).await, Proven::Spent);
    let session = made::logged_in(store, &new, SessionMode::Token).await;
    assert_eq!(undo(store, &first).await, Proven::Done);
    assert!(!made::lets_in(store, &session, NOW).await);
    assert_eq!(read(store, &new).await.email_key, new.email_key);
}
