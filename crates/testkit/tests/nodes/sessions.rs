//! What one node has ended is over on the other, at the very next request.

use std::time::Duration;

use serde_json::json;

use crate::{PASSWORD, as_customer, nodes, refused, rounds, sign_up, text};

const MODES: [&str; 3] = ["jwt", "token", "cookie"];

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_on_one_node_is_seen_by_the_next_request_on_the_other() {
    let nodes = nodes(&[]).await;
    for round in 0..rounds() {
        let (here, there) = (&nodes[round % 2], &nodes[(round + 1) % 2]);
        for mode in MODES {
            let session = sign_up(here, &format!("{mode}{round}@example.com"), mode).send().await;
            for node in &nodes {
                assert_eq!(as_customer(node, &session, "GET", "/api/user").send().await.status, 200);
            }
            let out = as_customer(here, &session, "POST", "/api/logout").send().await;
            assert_eq!(out.status, 204);
            refused(&as_customer(there, &session, "GET", "/api/user").send().await, 401, "session_ended");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_on_one_node_ends_the_sessions_that_the_other_opened() {
    let [here, there] = nodes(&[]).await;
    let first = sign_up(&here, "ada@example.com", "token").send().await;
    let login = json!({"email": "ada@example.com", "password": PASSWORD, "session": "token"});
    let second = there.call("POST", "/api/login").json(&login).send().await;
    assert_eq!(second.status, 200);
    let body = json!({"currentPassword": PASSWORD, "newPassword": "another long pass phrase"});
    let changed = as_customer(&here, &first, "POST", "/api/user/password").json(&body).send().await;
    assert!(changed.status < 300, "{}", changed.text());
    refused(&as_customer(&there, &second, "GET", "/api/user").send().await, 401, "session_ended");
    refused(&there.call("POST", "/api/login").json(&login).send().await, 401, "invalid_credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_customer_is_out_on_both_nodes() {
    let [here, there] = nodes(&[]).await;
    let session = sign_up(&there, "ada@example.com", "cookie").send().await;
    here.users().set_disabled("ada@example.com", true).await.unwrap();
    let asked = as_customer(&there, &session, "GET", "/api/user").send().await;
    assert_eq!(asked.status, 401, "{}", asked.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_node_opens_the_other_also_after_the_keys_have_rotated() {
    let [here, there] = nodes(&[("tokens.key_rotation", "2d"), ("tokens.key_overlap", "1d")]).await;
    let mut refresh = text(&sign_up(&here, "ada@example.com", "jwt").send().await.json(), "refreshToken");
    for day in 0..6 {
        here.clock.advance(Duration::from_secs(86_400));
        let (signing, checking) = if day % 2 == 0 { (&here, &there) } else { (&there, &here) };
        // The other node hears of a new key only when it meets it.
        signing.account().maintain().await.unwrap();
        let body = json!({"refreshToken": refresh});
        let session = signing.call("POST", "/api/token/refresh").json(&body).send().await;
        assert_eq!(session.status, 200, "{}", session.text());
        let asked = as_customer(checking, &session, "GET", "/api/user").send().await;
        assert_eq!(asked.status, 200, "{}", asked.text());
        refresh = text(&session.json(), "refreshToken");
    }
}
