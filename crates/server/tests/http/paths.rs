//! Paths and methods that no route has, and the two spellings of those that one has.

use doorstep_testkit::app::{Answer, TestApp};
use serde_json::json;

#[track_caller]
pub fn is_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/problem+json; charset=utf-8"));
    let body = answer.json();
    assert_eq!((body["code"].as_str(), body["status"].as_u64()), (Some(code), Some(u64::from(status))));
    assert_eq!(body["type"], format!("/errors/{code}"));
    assert_eq!(body["requestId"].as_str(), answer.header("x-request-id"));
}

#[tokio::test]
async fn unknown_paths_are_problems() {
    let app = TestApp::start().await;
    for path in [
        "/",
        "/api",
        "/api/",
        "/api//signup",
        "/api/nothing",
        "/API/user",
        "/api/%75ser",
        "/../etc/passwd",
        "/%00",
        "/errors/none",
    ] {
        is_problem(&app.get(path).await, 404, "not_found");
    }
}

#[tokio::test]
async fn both_spellings_of_a_path_work_without_a_redirect() {
    let app = TestApp::start().await;
    let ada = json!({"name": "Ada", "email": "ada@example.com", "password": "correct horse battery"});
    assert_eq!(app.call("POST", "/api/signup/").json(&ada).send().await.status, 201);
    assert_eq!(app.call("POST", "/api/signup/?from=shop").json(&ada).send().await.status, 409);
    assert_eq!(
        app.call("POST", "/api/login/").json(&ada).send().await.json()["fields"]["name"]["code"],
        "unknown_field"
    );
    is_problem(&app.get("/api/user/").await, 401, "no_session");
}

#[tokio::test]
async fn methods_that_a_path_does_not_have_are_told_with_those_it_has() {
    let app = TestApp::start().await;
    for (method, path, allow) in [
        ("GET", "/api/signup", "POST"),
        ("DELETE", "/api/login", "POST"),
        ("POST", "/healthz", "GET,HEAD"),
        ("TRACE", "/api/user", "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS"),
        ("BREW", "/nowhere", "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS"),
    ] {
        let answer = app.call(method, path).send().await;
        is_problem(&answer, 405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
    }
}

#[tokio::test]
async fn head_is_answered_like_get_without_a_body() {
    let app = TestApp::start().await;
    let (get, head) = (app.get("/healthz").await, app.call("HEAD", "/healthz").send().await);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), get.header("content-length"));
}

#[tokio::test]
async fn health_and_readiness_tell_the_process_from_its_database() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/healthz").await.json()["status"], "ok");
    assert_eq!(app.get("/readyz").await.json()["status"], "ready");
    app.store().close().await;
    assert_eq!(app.get("/healthz").await.status, 200);
    let down = app.get("/readyz").await;
    is_problem(&down, 503, "unavailable");
    assert!(down.header("retry-after").is_some());
}

#[tokio::test]
async fn the_openapi_document_is_served() {
    let document = TestApp::start().await.get("/openapi.json").await.json();
    assert!(document["paths"]["/api/signup"]["post"].is_object());
}
