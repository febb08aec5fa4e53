//! Bodies and credentials that are no secret's business: recognised, named, never quoted.

use doorstep_testkit::app::{Call, TestApp};
use serde_json::json;

use crate::log::{Logged, PASSWORD};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// Path, content type, body, and how the hint begins.
const BODIES: [(&str, &str, &str, &str); 16] = [
    (
        "/api/signup",
        JSON,
        "[object Object]",
        "DS-18 The body is \"[object Object]\": wrap it in JSON.stringify.",
    ),
    ("/api/signup", JSON, "", "DS-18 The body is empty."),
    ("/api/signup", JSON, "{name: Ada, password: c4nary}", "DS-18 The names in the body have no quotes"),
    (
        "/api/login",
        JSON,
        "\"{\\\"password\\\":\\\"c4nary\\\"}\"",
        "DS-18 The body is a text: the JSON was encoded twice.",
    ),
    ("/api/signup", JSON, "{\"name\":\"c4nary\",", "DS-18 The body is not a JSON object."),
    (
        "/api/signup",
        JSON,
        r#"{"name":"Ada","email":"a@b.example","password":"c4nary c4nary","marketingConsent":"on"}"#,
        "DS-18 The field \"marketingConsent\" is the text \"on\", not true or false.",
    ),
    (
        "/api/signup",
        JSON,
        "name=Ada&password=c4nary",
        "DS-17 The Content-Type says JSON, but the body is a form",
    ),
    (
        "/api/signup",
        FORM,
        "{\"password\":\"c4nary\"}",
        "DS-17 The body is JSON, but its Content-Type is a form's",
    ),
    ("/api/token/refresh", FORM, "refreshToken=c4nary", "DS-17 You sent a form; this route takes JSON."),
    ("/api/signup", "multipart/form-data; boundary=c4nary", "c4nary", "DS-17 You sent FormData"),
    (
        "/api/signup",
        "text/plain;charset=UTF-8",
        "{\"password\":\"c4nary\"}",
        "DS-17 The body came as text/plain",
    ),
    ("/api/signup", "", "{}", "DS-17 The request has no Content-Type."),
    (
        "/api/login",
        JSON,
        r#"{"e_mail":"a@b.example","passwrd":"c4nary"}"#,
        "DS-16 Unknown: \"e_mail\" (did you mean \"email\"?), \"passwrd\" (did you mean \"password\"?). Known are: email, password, session, deviceToken.",
    ),
    (
        "/api/login",
        JSON,
        r#"{"username":"a@b.example","password":"c4nary"}"#,
        "DS-16 Unknown: \"username\" (did you mean \"email\"?)",
    ),
    (
        "/api/signup",
        JSON,
        r#"{"name":"Ada","email":"a@b.example","password":"c4nary c4nary","confirmPassword":"c4nary c4nary"}"#,
        "DS-16 Unknown: \"confirmPassword\" (leave it out).",
    ),
    (
        "/api/login",
        FORM,
        "email=a@b.example&password=abc&c4nary=",
        "DS-16 A field has a name that this route does not know",
    ),
];

fn call(app: &TestApp, path: &str, kind: &str, body: &'static str) -> Call {
    let call = app.call("POST", path).body(body);
    if kind.is_empty() { call } else { call.header("content-type", kind) }
}

#[tokio::test]
async fn a_body_that_cannot_be_used_is_explained_in_the_log_and_in_the_answer() {
    for (path, kind, body, told) in BODIES {
        let server = Logged::dev().await;
        server.explained(|app| call(app, path, kind, body), told).await;
        assert!(!server.text().contains("c4nary"), "{body}\n{}", server.text());
        assert_eq!(server.ids(), [&told[..5]], "{body}");
    }
}

#[tokio::test]
async fn production_tells_its_log_and_nobody_else() {
    for (path, kind, body, told) in BODIES {
        let server = Logged::production().await;
        let answer = call(&server.app, path, kind, body).send().await;
        assert!(answer.status >= 400 && answer.json()["hint"].is_null(), "{}", answer.text());
        assert!(!answer.text().contains("DS-"), "{}", answer.text());
        assert_eq!(server.count(told), 1, "{told}\n{}", server.text());
        assert!(!server.text().contains("c4nary"));
        assert!(server.app.explain().since(0).is_empty());
    }
}

#[tokio::test]
async fn a_credential_of_another_form_is_told_without_its_value() {
    for (value, told) in [
        ("c4nary", "The Authorization header has no \"Bearer \" before the token."),
        ("Basic c4nary", "The Authorization header is of another kind."),
        ("Bearer", "There is no token after \"Bearer\""),
        ("Bearer undefined", "The token is the word undefined"),
        ("Bearer \"c4nary\"", "The token stands in quotes"),
        ("Bearer Bearer c4nary", "The header says Bearer twice."),
    ] {
        let server = Logged::dev().await;
        let answer =
            server.explained(|app| app.call("GET", "/api/user").header("authorization", value), told).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (401, Some("token_invalid")), "{value}");
        assert!(!server.text().contains("c4nary"));
    }
}

#[tokio::test]
async fn a_body_beyond_its_bounds_is_told_with_the_key_that_bounds_it() {
    let server = Logged::with(&[("server.body_limit", "1KiB"), ("server.body_timeout", "300ms")]).await;
    let large = "x".repeat(2000);
    let told = "A body is larger than [server] body_limit (1024 bytes)";
    server
        .explained(
            |app| app.call("POST", "/api/login").header("content-type", JSON).body(large.clone()),
            told,
        )
        .await;
    let unfinished = b"POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{\"c4nary";
    let answer = server.app.raw(unfinished).await;
    let told = "A body did not arrive within [server] body_timeout (300 ms)";
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains(told), "{answer}");
    assert_eq!(server.count(told), 1, "{}", server.text());
    assert!(server.ids().is_empty() && !server.text().contains("c4nary"), "{}", server.text());
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_told_whichever_answer_it_gets() {
    let ada = json!({"name": "Ada", "email": "ada@example.com", "password": PASSWORD});
    let server = Logged::dev().await;
    let sign_up = || server.app.call("POST", "/api/signup").json(&ada);
    assert_eq!(sign_up().send().await.status, 201);
    let second = sign_up().send().await;
    assert!(second.json()["hint"].as_str().unwrap().starts_with("DS-33 This address signed up a moment ago"));
    server.app.clock.advance(std::time::Duration::from_secs(60));
    let later = sign_up().send().await;
    assert_eq!((later.status, later.json()["hint"].as_str()), (409, None));

    let keyed = || {
        let eve = json!({"name": "Eve", "email": "eve@example.com", "password": PASSWORD});
        server.app.call("POST", "/api/signup").header("idempotency-key", "c4nary-1").json(&eve)
    };
    assert_eq!((keyed().send().await.status, keyed().send().await.status), (201, 201));
    assert_eq!(
        server.count("DS-33 The form was sent twice with one Idempotency-Key"),
        1,
        "{}",
        server.text()
    );
    server.app.clock.advance(std::time::Duration::from_secs(20));
    assert_eq!(keyed().send().await.status, 201);
    assert_eq!(server.count("INFO DS-32 The same Idempotency-Key came again"), 1, "{}", server.text());
    assert!(!server.text().contains("c4nary") && !server.text().contains("example.com"), "{}", server.text());
}

#[tokio::test]
async fn a_refresh_token_that_is_used_twice_is_a_race_and_later_the_end() {
    let ada = json!({"name": "Ada", "email": "ada@example.com", "password": PASSWORD});
    let server = Logged::dev().await;
    let first = server.app.call("POST", "/api/signup").json(&ada).send().await.json();
    let refresh = || {
        server.app.call("POST", "/api/token/refresh").json(&json!({"refreshToken": first["refreshToken"]}))
    };
    assert_eq!((refresh().send().await.status, refresh().send().await.status), (200, 200));
    assert_eq!(server.count("INFO DS-37 A refresh token was used twice within 30 s"), 1, "{}", server.text());
    server.app.clock.advance(std::time::Duration::from_secs(120));
    let answer = refresh().send().await;
    assert_eq!(answer.json()["code"], "refresh_reused");
    assert!(
        answer.json()["hint"]
            .as_str()
            .unwrap()
            .starts_with("DS-37 A refresh token was used after its successor")
    );
}
