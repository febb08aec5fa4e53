//! What may happen once happens once, however many ask for it on both nodes.

use std::time::Duration;

use doorstep_store::AuditKind;
use doorstep_testkit::app::{Answer, TestApp};
use serde_json::json;

use crate::{CALLERS, PASSWORD, as_customer, nodes, race, refused, rounds, sign_up, statuses, text};

/// No race below is about guessing.
const NO_LIMIT: (&str, &str) = ("limits.login_per_account", "100000 in 1s");
const NO_LIMIT_OF_A_SESSION: [(&str, &str); 2] =
    [("limits.password_per_session", "100000 in 1s"), ("limits.password_per_session_daily", "100000 in 1s")];

async fn trail(node: &TestApp, email: &str, kind: AuditKind) -> usize {
    let customer = node.users().find(email).await.unwrap().id;
    let rows = node.store().audit_of(customer, 1000).await.unwrap();
    rows.iter().filter(|event| event.kind == kind).count()
}

/// The one answer with this status; all others have to be refused as `refusal` says.
fn only(answers: Vec<Answer>, status: u16, refusal: (u16, &str)) -> Answer {
    assert_eq!(statuses(&answers), [(status, 1), (refusal.0, CALLERS - 1)].into());
    let (mut won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == status);
    for answer in lost {
        refused(&answer, refusal.0, refusal.1);
    }
    won.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_sign_ups_of_one_address_one_makes_an_account() {
    let nodes = nodes(&[]).await;
    for round in 0..rounds() {
        let email = format!("ada{round}@example.com");
        let answers = race(&nodes, |node| sign_up(node, &email, "token")).await;
        let won = only(answers, 201, (409, "email_taken"));
        for node in &nodes {
            let sessions = as_customer(node, &won, "GET", "/api/sessions").send().await.json();
            assert_eq!(sessions["sessions"].as_array().unwrap().len(), 1);
        }
        assert_eq!(trail(&nodes[0], &email, AuditKind::SignedUp).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_sign_ups_with_one_key_one_is_carried_out_and_all_are_told_the_same() {
    let nodes = nodes(&[NO_LIMIT]).await;
    for round in 0..rounds() {
        let (email, key) = (format!("ada{round}@example.com"), format!("key-{round}"));
        let answers =
            race(&nodes, |node| sign_up(node, &email, "token").header("idempotency-key", &key)).await;
        assert_eq!(statuses(&answers), [(201, CALLERS)].into());
        let first = text(&answers[0].json(), "token");
        assert!(answers.iter().all(|answer| text(&answer.json(), "token") == first));
        let sessions = as_customer(&nodes[1], &answers[0], "GET", "/api/sessions").send().await.json();
        assert_eq!(sessions["sessions"].as_array().unwrap().len(), 1);
        assert_eq!(trail(&nodes[0], &email, AuditKind::SignedUp).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_uses_of_a_refresh_token_one_makes_the_successor_that_all_get() {
    let nodes = nodes(&[]).await;
    let mut token = text(&sign_up(&nodes[0], "ada@example.com", "jwt").send().await.json(), "refreshToken");
    for _ in 0..rounds() {
        let body = json!({"refreshToken": token});
        let answers = race(&nodes, |node| node.call("POST", "/api/token/refresh").json(&body)).await;
        assert_eq!(statuses(&answers), [(200, CALLERS)].into());
        let next = text(&answers[0].json(), "refreshToken");
        assert_ne!(next, token);
        assert!(answers.iter().all(|answer| text(&answer.json(), "refreshToken") == next));
        token = next;
    }
    assert_eq!(trail(&nodes[0], "ada@example.com", AuditKind::RefreshReused).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_late_uses_of_a_refresh_token_one_is_noticed_and_none_is_answered() {
    let nodes = nodes(&[]).await;
    for round in 0..rounds() {
        let email = format!("ada{round}@example.com");
        let session = sign_up(&nodes[0], &email, "jwt").send().await;
        let body = json!({"refreshToken": text(&session.json(), "refreshToken")});
        let refresh = |node: &TestApp| node.call("POST", "/api/token/refresh").json(&body);
        assert_eq!(refresh(&nodes[1]).send().await.status, 200);
        nodes[0].clock.advance(Duration::from_secs(31));
        // A copy shows itself once; then there is no session any more.
        let answers = race(&nodes, refresh).await;
        assert_eq!(statuses(&answers), [(401, CALLERS)].into());
        assert_eq!(answers.iter().filter(|answer| answer.json()["code"] == "refresh_reused").count(), 1);
        assert_eq!(trail(&nodes[0], &email, AuditKind::RefreshReused).await, 1);
        refused(&as_customer(&nodes[1], &session, "GET", "/api/user").send().await, 401, "session_ended");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_password_changes_with_one_proof_one_is_carried_out() {
    let nodes = nodes(&NO_LIMIT_OF_A_SESSION).await;
    for round in 0..rounds() {
        let email = format!("ada{round}@example.com");
        let session = sign_up(&nodes[0], &email, "token").send().await;
        let body = json!({"currentPassword": PASSWORD, "newPassword": "another long pass phrase"});
        let answers =
            race(&nodes, |node| as_customer(node, &session, "POST", "/api/user/password").json(&body)).await;
        assert_eq!(statuses(&answers), [(200, 1), (401, CALLERS - 1)].into());
        assert_eq!(trail(&nodes[0], &email, AuditKind::PasswordChanged).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_erasures_one_is_carried_out() {
    let nodes = nodes(&NO_LIMIT_OF_A_SESSION).await;
    for round in 0..rounds() {
        let session = sign_up(&nodes[0], &format!("ada{round}@example.com"), "token").send().await;
        let body = json!({"currentPassword": PASSWORD});
        let answers =
            race(&nodes, |node| as_customer(node, &session, "DELETE", "/api/user").json(&body)).await;
        assert_eq!(statuses(&answers), [(204, 1), (401, CALLERS - 1)].into());
    }
}
