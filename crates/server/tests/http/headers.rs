//! Requests that two programs could read differently, and what every answer carries.

use doorstep_testkit::app::TestApp;

use crate::paths::is_problem;

#[tokio::test]
async fn critical_headers_sent_twice_are_refused() {
    let app = TestApp::start().await;
    for name in ["authorization", "content-type", "origin", "host", "if-match", "idempotency-key"] {
        let answer = app
            .call("GET", "/api/user")
            .header(name, "http://localhost:1")
            .header(name, "http://localhost:1")
            .send()
            .await;
        is_problem(&answer, 400, "malformed_request");
        assert!(answer.json()["detail"].as_str().unwrap().contains(name), "{}", answer.text());
    }
    let harmless =
        app.call("GET", "/api/policy").header("accept", "a/b").header("accept", "c/d").send().await;
    assert_eq!(harmless.status, 200);
}

#[tokio::test]
async fn ambiguous_heads_are_refused() {
    let app = TestApp::start().await;
    let post = "POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    for head in [
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        "content-length:2\r\nX-Between: y\r\nCONTENT-LENGTH: 2\r\n\r\n{}",
        "Content-Length: +2\r\n\r\n{}",
        "Content-Length: 2, 2\r\n\r\n{}",
        "Transfer-Encoding: gzip\r\n\r\n{}",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "X-Folded: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
        "X-Bad Name: a\r\nContent-Length: 2\r\n\r\n{}",
        "Content-Length: 44\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ] {
        let answer = app.raw(format!("{post}{head}").as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{head:?}: {answer}");
        // Nothing after the ambiguous request is read as a second one.
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{head:?}: {answer}");
    }
}

#[tokio::test]
async fn a_length_beside_a_transfer_encoding_is_named() {
    let app = TestApp::start().await;
    let head = "POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let answer = app
        .raw(format!("{head}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n").as_bytes())
        .await;
    assert!(answer.contains("malformed_request") && answer.contains("beside transfer-encoding"), "{answer}");
}

#[tokio::test]
async fn two_equal_lengths_are_refused_in_a_later_request_of_a_connection_too() {
    let app = TestApp::start().await;
    let good = "POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    let twice = good.replace("\r\n\r\n", "\r\nContent-Length: 2\r\n\r\n");
    let answer = app.raw(format!("{good}{good}{twice}{good}").as_bytes()).await;
    assert_eq!(answer.matches(r#""code":"missing_fields""#).count(), 2, "{answer}");
    assert_eq!(answer.matches(r#""code":"malformed_request""#).count(), 1, "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 400 ").count(), 3, "nothing is read after it: {answer}");
}

#[tokio::test]
async fn a_request_without_a_host_is_refused() {
    let app = TestApp::start().await;
    let answer = app.raw(b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("malformed_request"), "{answer}");
    assert!(app.raw(b"GET /healthz HTTP/1.0\r\n\r\n").await.starts_with("HTTP/1.0 200 "));
}

#[tokio::test]
async fn heads_that_are_too_large_get_431() {
    let app = TestApp::with(&[("server.max_header_bytes", "8KiB")]).await;
    let long = format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: {}\r\n\r\n", "x".repeat(20_000));
    assert!(app.raw(long.as_bytes()).await.starts_with("HTTP/1.1 431 "));
    let many = format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "A: b\r\n".repeat(200));
    assert!(app.raw(many.as_bytes()).await.starts_with("HTTP/1.1 431 "));
}

#[tokio::test]
async fn every_answer_is_marked_against_misuse() {
    let app = TestApp::start().await;
    for (path, status) in [
        ("/api/policy", 200),
        ("/nothing", 404),
        ("/api/user", 401),
        ("/errors/busy", 200),
        ("/openapi.json", 200),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(answer.header("cache-control").is_some(), "{path}");
        assert!(answer.header("content-type").unwrap().ends_with("charset=utf-8"), "{path}");
        assert_eq!(answer.header("strict-transport-security"), None);
        assert_eq!(answer.header("x-request-id").unwrap().len(), 36);
        assert_eq!(answer.header("server"), None);
    }
}

#[tokio::test]
async fn any_page_may_see_that_something_answers_but_nothing_else() {
    let app = TestApp::start().await;
    let health = app.get("/healthz").await;
    assert_eq!(health.header("cross-origin-resource-policy"), Some("cross-origin"));
    assert_eq!(health.header("access-control-allow-origin"), Some("*"));
    assert_eq!(health.header("access-control-allow-credentials"), None);
    let ready = app.get("/readyz").await;
    assert_eq!(ready.header("access-control-allow-origin"), None);
    assert_eq!(ready.header("cross-origin-resource-policy"), Some("same-origin"));
}

#[tokio::test]
async fn the_way_to_an_https_address_is_pinned() {
    let app = TestApp::with(&[("server.public_url", "https://shop.example")]).await;
    assert_eq!(
        app.get("/nothing").await.header("strict-transport-security"),
        Some("max-age=31536000; includeSubDomains")
    );
}

#[tokio::test]
async fn a_request_id_is_ours_and_never_the_clients() {
    let app = TestApp::start().await;
    let (first, second) = (
        app.call("GET", "/healthz").header("x-request-id", "forged").send().await,
        app.get("/healthz").await,
    );
    assert_ne!(first.header("x-request-id"), Some("forged"));
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}
