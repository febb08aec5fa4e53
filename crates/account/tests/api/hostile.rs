use doorstep_testkit::app::TestApp;
use serde_json::{Value, json};

use crate::support::{PASSWORD, Visitor, app, sign_up};

/// Every route of the document, with its methods.
fn routes() -> Vec<(String, String, Value)> {
    let document = doorstep_account::openapi();
    let paths = document["paths"].as_object().unwrap().clone();
    paths
        .into_iter()
        .flat_map(|(path, methods)| {
            let path = path.replace("{id}", "01932c07-5b6e-7000-8000-000000000001");
            let methods = methods.as_object().unwrap().clone();
            methods
                .into_iter()
                .map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
        })
        .collect()
}

#[tokio::test]
async fn every_guarded_route_refuses_visitors_and_no_open_one_does() {
    let app = app().await;
    for (method, path, operation) in routes() {
        let answer = Visitor::new(&app).request(&method, &path, None).await;
        match operation.get("security") {
            Some(_) => answer.refused(401, "no_session"),
            None => assert_ne!(answer.status, 401, "{method} {path}"),
        }
    }
}

#[tokio::test]
async fn every_refusal_of_a_route_stands_in_the_document() {
    let app = app().await;
    for (method, path, operation) in routes() {
        let slash = if path.starts_with("/api/") { format!("{path}/") } else { path.clone() };
        for (path, body) in [(&path, None), (&path, Some(json!({"a": 1}))), (&slash, Some(json!([])))] {
            let answer = Visitor::new(&app).request(&method, path, body).await;
            let known = operation["responses"].get(answer.status.to_string()).is_some();
            assert!(known, "{method} {path} answered {} {}", answer.status, answer.text);
        }
    }
}

#[tokio::test]
async fn hostile_values_in_every_field_are_refused_or_plain_text() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!([]),
        json!({}),
        json!({"$gt": ""}),
        json!(["a", "b"]),
        json!(""),
        json!(" "),
        json!("' OR 1=1 --"),
        json!("\" \\ % _ $ne"),
        json!("{{7*7}} ${x} %s"),
        json!("\u{0}"),
        json!("\r\nBcc: x@y.z"),
        json!("🦊"),
        json!("e\u{301}"),
        json!("<svg onload=alert(1)>"),
        json!("x".repeat(50_000)),
        json!("\u{202e}"),
        json!("../../etc/passwd"),
    ];
    let bodies = [
        (
            "POST",
            "/api/signup",
            json!({"name": "A", "email": "a@example.com", "password": PASSWORD, "session": "jwt", "marketingConsent": true}),
        ),
        ("POST", "/api/login", json!({"email": "ada2@example.com", "password": PASSWORD, "session": "jwt"})),
        ("POST", "/api/token/refresh", json!({"refreshToken": "x"})),
        ("PATCH", "/api/user", json!({"name": "A", "phone": null, "locale": null})),
        ("POST", "/api/user/password", json!({"currentPassword": "x", "newPassword": "x"})),
        ("DELETE", "/api/user", json!({"currentPassword": "x"})),
        (
            "POST",
            "/api/user/addresses",
            json!({"name": "A", "line1": "A", "city": "A", "country": "DE", "postalCode": "1", "defaultBilling": false}),
        ),
    ];
    for (method, path, body) in bodies {
        for field in body.as_object().unwrap().keys() {
            for value in &values {
                let mut hostile = body.clone();
                hostile[field] = value.clone();
                let answer = session.visitor(&app).request(method, path, Some(hostile)).await;
                assert!(
                    answer.status < 500,
                    "{method} {path} {field}={value}: {} {}",
                    answer.status,
                    answer.text
                );
                assert!(
                    answer.status == 204 || serde_json::from_str::<Value>(&answer.text).is_ok(),
                    "{}",
                    answer.text
                );
            }
        }
    }
    session.visitor(&app).get("/api/user").await.expect(200);
}

#[tokio::test]
async fn bodies_that_are_not_what_they_say_are_refused() {
    let app = app().await;
    for (content_type, body, status, code) in [
        ("application/json", "", 400, "malformed_body"),
        ("application/json", "{", 400, "malformed_body"),
        ("application/json", "[object Object]", 400, "malformed_body"),
        ("application/json", "name=Ada&email=a@b.cd", 400, "malformed_body"),
        ("application/json", "{\"email\":\"a@b.cd\",\"email\":\"e@b.cd\"}", 400, "missing_fields"),
        ("", "{}", 415, "unsupported_media_type"),
        ("text/plain", "{}", 415, "unsupported_media_type"),
        ("multipart/form-data; boundary=x", "--x--", 415, "unsupported_media_type"),
        ("application/json; charset=utf-16", "{\"a\":1}", 400, "missing_fields"),
        ("application/x-www-form-urlencoded", "password=%ff", 400, "malformed_body"),
        ("application/x-www-form-urlencoded", "email=a%40b.cd&email=e%40b.cd", 400, "missing_fields"),
    ] {
        let answer = Visitor::new(&app).raw("POST", "/api/signup", content_type, body).await;
        answer.refused(status, code);
    }
    // Only sign-up and login take forms: nothing else can be posted across sites without a preflight.
    Visitor::new(&app)
        .raw("POST", "/api/token/refresh", "application/x-www-form-urlencoded", "a=b")
        .await
        .refused(415, "unsupported_media_type");
    Visitor::new(&app)
        .raw("POST", "/api/signup", "application/json", &"x".repeat(70_000))
        .await
        .refused(413, "payload_too_large");
}

#[tokio::test]
async fn secrets_stay_out_of_errors() {
    let app = app().await;
    let canary = "c4nary-pass-phrase";
    for body in [
        format!("{{\"email\":\"a@b.cd\",\"password\":\"{canary}\""),
        format!("\"{canary}\""),
        format!("{{\"email\":\"{canary}\",\"password\":\"{canary}\",\"name\":\"x\"}}"),
        format!("{{\"password\":{{\"x\":\"{canary}\"}}}}"),
    ] {
        for path in ["/api/signup", "/api/login"] {
            let answer = Visitor::new(&app).raw("POST", path, "application/json", &body).await;
            assert!(!answer.text.contains(canary), "{path}: {}", answer.text);
        }
    }
    let answer = Visitor::new(&app).bearer(canary).get("/api/user").await;
    assert!(!answer.text.contains(canary));
}

#[tokio::test]
async fn every_answer_is_json_with_a_charset_and_not_cached() {
    let app: TestApp = app().await;
    let session = sign_up(&app, "token").await;
    for answer in [
        session.visitor(&app).get("/api/user").await,
        Visitor::new(&app).get("/api/user").await,
        Visitor::new(&app).get("/api/none").await,
    ] {
        assert!(answer.header("content-type").unwrap().contains("json"), "{:?}", answer.headers);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}
