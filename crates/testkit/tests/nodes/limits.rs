//! Limits count together: a second node is not a second chance.

use serde_json::json;

use crate::{CALLERS, nodes, race, rounds, sign_up, statuses};

#[tokio::test(flavor = "multi_thread")]
async fn guesses_on_both_nodes_are_counted_together() {
    let nodes = nodes(&[("limits.login_per_account", "7 in 10m")]).await;
    for round in 0..rounds() {
        let email = format!("ada{round}@example.com");
        assert_eq!(sign_up(&nodes[0], &email, "token").send().await.status, 201);
        let guess = json!({"email": email, "password": "a wrong pass phrase"});
        let answers = race(&nodes, |node| node.call("POST", "/api/login").json(&guess)).await;
        assert_eq!(statuses(&answers), [(401, 7), (429, CALLERS - 7)].into());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ups_of_one_network_are_counted_together() {
    let nodes =
        nodes(&[("server.trusted_proxies", "127.0.0.1/32"), ("limits.signup_per_network", "5 in 10m")]).await;
    for number in 0..6 {
        let call = sign_up(&nodes[number % 2], &format!("ada{number}@example.com"), "token");
        let answer = call.header("x-forwarded-for", "203.0.113.9").send().await;
        assert_eq!(answer.status, if number < 5 { 201 } else { 429 }, "{}", answer.text());
    }
}
