//! Requests full of secrets, well and badly formed, in both modes: nothing of them is in the log or in the feed.

use serde_json::json;

use crate::log::{Logged, PRODUCTION};

/// What is planted; each spelling that it may take on the way contains this.
const CANARY: &str = "c4nary";

async fn plant(server: &Logged) {
    let app = &server.app;
    let password = "c4nary of the form";
    let origin = app.origin().to_owned();
    let ada = json!({"name": "Ada", "email": "ada@example.com", "password": password, "session": "cookie"});
    let first = app
        .call("POST", "/api/signup")
        .json(&ada)
        .header("origin", &origin)
        .header("idempotency-key", "c4nary-key")
        .send()
        .await;
    assert_eq!(first.status, 201, "{}", first.text());
    let carried = [
        ("cookie", "doorstep=c4nary; __Host-theme=c4nary; c4nary"),
        ("authorization", "Bearer c4nary"),
        ("referer", "http://shop.example/reset?token=c4nary&password=c4nary#c4nary"),
        ("idempotency-key", "c4nary"),
        ("x-api-key", "c4nary"),
        ("proxy-authorization", "Basic c4nary"),
    ];
    for (method, path, body) in [
        ("GET", "/api/user?password=c4nary&c4nary=1#c4nary", ""),
        ("GET", "/nothing?password=c4nary", ""),
        ("POST", "/api/signup", "{\"password\":\"c4nary"),
        ("POST", "/api/signup", "[object c4nary]"),
        ("POST", "/api/login", "{\"email\":\"c4nary\",\"password\":[\"c4nary\"],\"session\":\"c4nary\"}"),
        (
            "POST",
            "/api/login",
            "{\"email\":\"a@b.example\",\"password\":\"c4nary\",\"c4nary planted\":\"c4nary\"}",
        ),
        ("POST", "/api/login", "email=a&password=c4nary"),
        ("POST", "/api/token/refresh", "{\"refreshToken\":\"c4nary\"}"),
        ("DELETE", "/api/sessions/1?c4nary", ""),
        ("PATCH", "/api/user", "{\"phone\":\"c4nary\"}"),
    ] {
        for count in 0..=carried.len() {
            let call = app.call(method, path).header("content-type", "application/json").body(body);
            let call = carried[..count].iter().fold(call, |call, (name, value)| call.header(name, value));
            let call = if count % 2 == 0 { call } else { call.header("origin", "https://evil.example") };
            call.send().await;
        }
    }
    let forms = [
        ("application/x-www-form-urlencoded", "{\"password\":\"c4nary\"}"),
        ("text/html", "c4nary"),
        ("json", "c4nary"),
    ];
    for (kind, body) in forms {
        app.call("POST", "/api/login").header("content-type", kind).body(body).send().await;
    }
    let credentials = ["c4nary", "Basic c4nary", "c4nary c4nary", "Bearer \"c4nary\""];
    for credential in credentials {
        app.call("GET", "/api/user").header("authorization", credential).send().await;
    }
}

#[tokio::test]
async fn no_secret_is_in_the_log_or_in_the_feed_of_dev_mode() {
    let server = Logged::dev().await;
    plant(&server).await;
    let feed = server.app.explain().since(0);
    assert!(feed.len() > 60, "{}", feed.len());
    let shown = serde_json::to_string(&feed).unwrap();
    let at = |text: &str| {
        text.find(CANARY).map(|at| text[at.saturating_sub(200)..(at + 50).min(text.len())].to_owned())
    };
    assert_eq!(at(&shown), None);
    assert_eq!(at(&server.text()), None);
    assert!(shown.contains("(hidden)") && server.text().len() > 1000);
}

#[tokio::test]
async fn no_secret_is_in_the_log_of_production_and_there_is_no_feed() {
    let server = Logged::with(&PRODUCTION).await;
    plant(&server).await;
    assert!(server.app.explain().since(0).is_empty());
    assert!(!server.text().contains(CANARY), "{}", server.text());
    assert!(server.ids().len() > 5, "{}", server.text());
}

#[tokio::test]
async fn the_feed_is_a_ring() {
    let server = Logged::dev().await;
    for _ in 0..230 {
        server.app.get("/nothing").await;
    }
    let feed = server.app.explain().since(0);
    assert_eq!((feed.len(), feed[0].number, feed[199].number), (200, 31, 230));
}
