//! Whom the server takes a client for, seen where it matters: in the limits per network.

use doorstep_testkit::app::TestApp;
use serde_json::json;

/// Signs up as the `n`th visitor, with what a proxy (or a liar) says of the client; the status.
async fn sign_up(app: &TestApp, n: usize, forwarded: &[&str]) -> u16 {
    let body =
        json!({"name": "Ada", "email": format!("ada{n}@example.com"), "password": "correct horse battery"});
    let call = app.call("POST", "/api/signup").json(&body);
    forwarded.iter().fold(call, |call, value| call.header("x-forwarded-for", value)).send().await.status
}

#[tokio::test]
async fn behind_a_trusted_proxy_clients_are_told_apart() {
    let app =
        TestApp::with(&[("server.trusted_proxies", "127.0.0.0/8"), ("limits.signup_per_network", "1 in 1h")])
            .await;
    assert_eq!(sign_up(&app, 1, &["203.0.113.1"]).await, 201);
    assert_eq!(sign_up(&app, 2, &["203.0.113.2"]).await, 201);
    assert_eq!(sign_up(&app, 3, &["203.0.113.1"]).await, 429);
    assert_eq!(sign_up(&app, 4, &["6.6.6.6, 203.0.113.1"]).await, 429);
    assert_eq!(sign_up(&app, 5, &["6.6.6.6", "203.0.113.1, 127.0.0.9"]).await, 429);
    assert_eq!(sign_up(&app, 6, &["::ffff:203.0.113.1"]).await, 429);
}

#[tokio::test]
async fn one_ipv6_customer_is_a_whole_64() {
    let app =
        TestApp::with(&[("server.trusted_proxies", "127.0.0.1"), ("limits.signup_per_network", "1 in 1h")])
            .await;
    assert_eq!(sign_up(&app, 1, &["2001:db8:1:2::1"]).await, 201);
    assert_eq!(sign_up(&app, 2, &["2001:db8:1:2:ffff::2"]).await, 429);
    assert_eq!(sign_up(&app, 3, &["2001:db8:1:3::1"]).await, 201);
}

#[tokio::test]
async fn garbled_chains_are_answered_and_change_nothing() {
    let app =
        TestApp::with(&[("server.trusted_proxies", "127.0.0.1"), ("limits.signup_per_network", "1 in 1h")])
            .await;
    // Unreadable: the proxy itself is the client, which dev mode exempts.
    for (n, garbage) in
        ["", ",,,", "unknown", "999.1.1.1", "<script>", "1.2.3.4, ", "a,".repeat(5000).as_str()]
            .into_iter()
            .enumerate()
    {
        assert_eq!(sign_up(&app, n, &[garbage]).await, 201, "{garbage}");
    }
}

#[tokio::test]
async fn nobody_else_may_name_the_client() {
    let app = TestApp::with(&[("limits.signup_per_network", "1 in 1h")]).await;
    let body = json!({"name": "Ada", "email": "ada@example.com", "password": "correct horse battery", "session": "token"});
    let answer =
        app.call("POST", "/api/signup").header("x-forwarded-for", "203.0.113.1").json(&body).send().await;
    let bearer = format!("Bearer {}", answer.json()["token"].as_str().unwrap());
    let sessions = app.call("GET", "/api/sessions").header("authorization", &bearer).send().await.json();
    assert_eq!(sessions["sessions"][0]["network"], "127.0.0.1");
}
