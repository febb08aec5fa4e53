//! Sessions for whoever shows that a mail came to them.

use std::sync::Arc;

use doorstep_store::{
    AuditKind, Challenge, MailedLogin, Means, NewCustomer, NewSession, Presented, Proof, Proven, Purpose,
    SessionMode, Store,
};

use super::challenges::{challenge, presented};
use super::customers::found;
use super::made::{self, NOW};
use super::race::{CALLERS, race};
use crate::TestDatabase;

async fn opened(store: &Arc<dyn Store>, customer: &NewCustomer) -> Challenge {
    let open = Challenge { customer: Some(customer.id), purpose: Purpose::LogIn, ..challenge() };
    store.open_challenge(open.clone(), None, None).await.unwrap();
    open
}

/// Of the device that asked, which knows the secret and not the code.
fn elsewhere(of: &Challenge) -> Presented {
    Presented { purpose: Purpose::LogInElsewhere, means: Means::Link, ..presented(of) }
}

async fn log_in(store: &Arc<dyn Store>, presented: Presented, proof: Proof) -> (Proven, NewSession) {
    let session = made::session(proof.customer, SessionMode::Token);
    let login = MailedLogin { session: session.clone(), proof, most: 10, restore: vec![] };
    let trail = made::event(AuditKind::LoggedIn, proof.customer).into();
    (store.log_in_by_mail(presented, login, trail).await.unwrap(), session)
}

async fn approve(store: &Arc<dyn Store>, of: &Challenge, presented: Presented) -> Proven {
    let trail = made::event(AuditKind::LoginApproved, of.customer.unwrap()).into();
    store.approve_login(presented, trail).await.unwrap()
}

pub async fn a_mail_opens_one_session_and_verifies_the_address(database: TestDatabase) {
    let store = &database.store;
    for means in [Means::Code, Means::Link] {
        let new = made::signed_up(store).await;
        let open = opened(store, &new).await;
        let shown = Presented { means, ..presented(&open) };
        let (outcome, session) = log_in(store, shown, made::proof(&new)).await;
        assert_eq!(outcome, Proven::Done);
        assert!(made::lets_in(store, &session, NOW).await);
        let customer = found(&database, &new).await.unwrap();
        assert_eq!((customer.email_verified_at, customer.credentials_version), (Some(NOW), 1));
        assert_eq!(log_in(store, shown, made::proof(&new)).await.0, Proven::Spent);
        assert_eq!(made::trail(store, new.id).await, ["logged_in", "signed_up"]);
    }
}

pub async fn a_mail_opens_nothing_for_a_wrong_code_or_a_stale_proof(database: TestDatabase) {
    let store = &database.store;
    let (new, other) = (made::signed_up(store).await, made::signed_up(store).await);
    let open = opened(store, &new).await;
    let wrong = Presented { secret: made::hash(), ..presented(&open) };
    assert_eq!(log_in(store, wrong, made::proof(&new)).await.0, Proven::Wrong { tries_left: 2 });
    for proof in [made::stale_proof(&new), made::proof(&other)] {
        let open = opened(store, &new).await;
        assert_eq!(log_in(store, presented(&open), proof).await.0, Proven::Spent);
    }
    let open = opened(store, &new).await;
    let audit = made::event(AuditKind::AccountDisabled, new.id).into();
    assert!(store.set_disabled(new.id, Some(NOW), NOW, audit).await.unwrap());
    assert_eq!(log_in(store, presented(&open), made::proof(&new)).await.0, Proven::Spent);
    assert_eq!(found(&database, &new).await.unwrap().email_verified_at, None);
    assert_eq!(made::trail(store, new.id).await, ["account_disabled", "signed_up"]);
}

pub async fn of_racing_logins_by_one_mail_one_is_let_in(database: TestDatabase) {
    for callers in CALLERS {
        let new = made::signed_up(&database.store).await;
        let open = opened(&database.store, &new).await;
        let outcomes = race(&database, callers, |store, caller| {
            let means = if caller % 3 == 0 { Means::Code } else { Means::Link };
            let (shown, proof) = (Presented { means, ..presented(&open) }, made::proof(&new));
            async move { log_in(&store, shown, proof).await.0 }
        });
        let outcomes = outcomes.await;
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Proven::Done).count(), 1, "{outcomes:?}");
        assert_eq!(database.store.sessions_of(new.id, NOW).await.unwrap().len(), 1);
    }
}

pub async fn a_device_that_asked_is_let_in_once_and_only_when_it_was_approved(database: TestDatabase) {
    let store = &database.store;
    let new = made::signed_up(store).await;
    let open = opened(store, &new).await;
    assert_eq!(log_in(store, elsewhere(&open), made::proof(&new)).await.0, Proven::Spent, "not approved");
    let wrong = Presented { secret: made::hash(), means: Means::Link, ..presented(&open) };
    assert_eq!(approve(store, &open, wrong).await, Proven::Spent);
    let by_link = Presented { means: Means::Link, ..presented(&open) };
    assert_eq!(approve(store, &open, by_link).await, Proven::Done);
    assert_eq!(approve(store, &open, by_link).await, Proven::Spent, "once");
    for shown in [by_link, presented(&open)] {
        assert_eq!(log_in(store, shown, made::proof(&new)).await.0, Proven::Spent, "it is the device's");
    }
    let (outcome, session) = log_in(store, elsewhere(&open), made::proof(&new)).await;
    assert_eq!(outcome, Proven::Done);
    assert!(made::lets_in(store, &session, NOW).await);
    assert_eq!(log_in(store, elsewhere(&open), made::proof(&new)).await.0, Proven::Spent, "once");
    assert_eq!(made::trail(store, new.id).await, ["logged_in", "login_approved", "signed_up"]);
}
