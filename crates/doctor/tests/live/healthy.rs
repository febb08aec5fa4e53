//! Where nothing is wrong, nothing is found.

use doorstep_testkit::app::{PRODUCTION, TestApp};
use doorstep_testkit::http_proxy::{HttpProxy, Reply};

use crate::support::{PAGE, SHOP, examine, found};

const NOTHING: [&str; 0] = [];

#[tokio::test]
async fn a_server_in_dev_mode_is_well() {
    let app = TestApp::start().await;
    let page = format!("http://{}:5173", app.address().ip());
    let api = format!("http://{}", app.address());
    assert_eq!(found(&api, &[&page]).await, NOTHING);
    assert_eq!(found(&api, &[]).await, NOTHING);
    assert_eq!(found(&format!("{api}/api/signup"), &[&api]).await, NOTHING);
}

#[tokio::test]
async fn a_server_in_production_is_well_seen_from_inside() {
    let app = TestApp::with(&PRODUCTION).await;
    let api = format!("http://{}", app.address());
    assert_eq!(found(&api, &[SHOP]).await, NOTHING);
    assert_eq!(found(&api, &[]).await, NOTHING);
}

#[tokio::test]
async fn a_proxy_that_passes_everything_on_is_well() {
    let app = TestApp::start().await;
    let proxy = HttpProxy::start(Some(app.address()), |_, mut reply| {
        reply.set("server", "nginx");
        reply
    })
    .await;
    let url = proxy.url().replace("127.0.0.1", "localhost");
    assert_eq!(found(&url, &[PAGE]).await, NOTHING);
}

#[tokio::test]
async fn a_proxy_that_passes_on_only_the_api_and_shows_pages_otherwise_is_well() {
    let app = TestApp::start().await;
    let proxy = HttpProxy::start(Some(app.address()), |asked, reply| match asked.path.starts_with("/api/") {
        true => reply,
        false => Reply::page(200, "Shop"),
    })
    .await;
    let url = proxy.url();
    assert_eq!(found(&url, &[&url]).await, NOTHING);
}

#[tokio::test]
async fn a_frontend_server_that_takes_slashes_from_the_end_is_well() {
    let app = TestApp::start().await;
    let proxy = HttpProxy::start(Some(app.address()), |asked, reply| match asked.path.strip_suffix('/') {
        Some(shorter) if asked.path.starts_with("/api/") => Reply::to(308, shorter),
        _ => reply,
    })
    .await;
    let url = proxy.url();
    assert_eq!(found(&url, &[&url]).await, NOTHING);
}

#[tokio::test]
async fn another_api_with_cors_and_json_is_well() {
    let proxy = HttpProxy::start(None, |asked, _| {
        let mut reply = Reply::new(404, "application/json", r#"{"error":"not found"}"#);
        if asked.method == "OPTIONS" {
            reply = Reply { status: 204, ..Reply::default() };
            reply.set("access-control-allow-headers", "Content-Type");
        }
        if let Some(origin) = asked.header("origin") {
            reply.set("access-control-allow-origin", origin);
            reply.set("access-control-allow-credentials", "true");
        }
        reply.set("vary", "Origin");
        reply
    })
    .await;
    let report = examine(&proxy.url(), &["http://127.0.0.1:3000"]).await;
    assert_eq!(crate::support::ids(&report), NOTHING, "{report:?}");
}

#[tokio::test]
async fn nothing_is_stored_and_nothing_is_counted() {
    let app = TestApp::with(&[
        ("server.mode", "production"),
        PRODUCTION[1],
        PRODUCTION[2],
        ("limits.signup_per_network", "1 in 1h"),
    ])
    .await;
    let api = format!("http://{}", app.address());
    for _ in 0..3 {
        assert_eq!(found(&api, &[]).await, NOTHING);
    }
    let person = serde_json::json!({"name": "Ada", "email": "ada@example.com", "password": "correct horse battery staple"});
    assert_eq!(app.call("POST", "/api/signup").json(&person).send().await.status, 201);
}
