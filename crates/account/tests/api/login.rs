use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Visitor, app, sign_up};
use doorstep_testkit::app::TestApp;

async fn log_in(app: &TestApp, email: &str, password: &str) -> Answer {
    Visitor::new(app).post("/api/login", json!({"email": email, "password": password})).await
}

#[tokio::test]
async fn the_right_password_opens_a_session_in_each_mode() {
    let app = app().await;
    sign_up(&app, "token").await;
    for mode in ["jwt", "token", "cookie"] {
        let body = json!({"email": "ADA@example.com", "password": PASSWORD, "session": mode});
        let answer = Visitor::new(&app).with("origin", app.origin()).post("/api/login", body).await;
        answer.expect(200);
        let carried = answer.json();
        assert_eq!(carried["token"].is_string(), mode != "cookie");
        assert_eq!(carried["refreshToken"].is_string(), mode == "jwt");
        assert_eq!(answer.header("set-cookie").is_some(), mode == "cookie");
        answer.session(mode, &app).get("/api/user").await.expect(200);
    }
}

#[tokio::test]
async fn known_and_unknown_addresses_are_answered_alike() {
    let app = app().await;
    sign_up(&app, "token").await;
    let mut answers = Vec::new();
    for email in ["ada@example.com", "nobody@example.com"] {
        for password in ["wrong pass phrase", &"y".repeat(73), &"y".repeat(1024)] {
            let answer = log_in(&app, email, password).await;
            answer.refused(401, "invalid_credentials");
            let mut body = answer.json();
            body["requestId"] = Value::Null;
            let mut headers: Vec<&str> = answer.headers.keys().map(http::HeaderName::as_str).collect();
            headers.sort_unstable();
            answers.push((body.to_string(), format!("{headers:?}")));
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn the_password_counts_as_it_was_typed() {
    let app = app().await;
    sign_up(&app, "token").await;
    for other in [
        &format!("{PASSWORD} "),
        &format!(" {PASSWORD}"),
        &PASSWORD.to_uppercase(),
        &PASSWORD[..8],
        &format!("{PASSWORD}\0"),
    ] {
        log_in(&app, "ada@example.com", other).await.expect(401);
    }
    log_in(&app, "ada@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn after_ten_wrong_passwords_the_right_one_waits_too_also_after_a_restart() {
    let mut app = app().await;
    sign_up(&app, "token").await;
    for spelling in ["ada@example.com", "ADA@example.com"].repeat(5) {
        log_in(&app, spelling, "wrong pass phrase").await.expect(401);
    }
    let limited = log_in(&app, "ada@example.com", PASSWORD).await;
    limited.refused(429, "rate_limited");
    assert!(limited.header("retry-after").unwrap().parse::<u64>().unwrap() <= 60);
    assert_eq!(limited.header("ratelimit-policy"), Some("\"login\";q=10;w=600"));
    app.restart().await;
    log_in(&app, "ada@example.com", PASSWORD).await.expect(429);
    log_in(&app, "nobody@example.com", PASSWORD).await.expect(401);
    app.clock.advance(Duration::from_secs(61));
    log_in(&app, "ada@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn unknown_addresses_are_limited_like_known_ones() {
    let app = app().await;
    for _ in 0..10 {
        log_in(&app, "nobody@example.com", "wrong pass phrase").await.expect(401);
    }
    log_in(&app, "nobody@example.com", "wrong pass phrase").await.refused(429, "rate_limited");
}

#[tokio::test]
async fn a_success_clears_the_counter() {
    let app = app().await;
    sign_up(&app, "token").await;
    for _ in 0..3 {
        for _ in 0..9 {
            log_in(&app, "ada@example.com", "wrong pass phrase").await.expect(401);
        }
        log_in(&app, "ada@example.com", PASSWORD).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_guesses_do_not_pass_the_limit() {
    let app = app().await;
    sign_up(&app, "token").await;
    let guesses = (0..60).map(|n| {
        let app = app.clone();
        tokio::spawn(async move { log_in(&app, "ada@example.com", &format!("wrong guess {n}")).await.status })
    });
    let mut checked = 0;
    for guess in guesses.collect::<Vec<_>>() {
        let status = guess.await.unwrap();
        assert!(status == 401 || status == 429, "{status}");
        checked += usize::from(status == 401);
    }
    assert_eq!(checked, 10);
}

#[tokio::test]
async fn an_imported_bcrypt_hash_opens_once_and_becomes_argon2id() {
    let app = app().await;
    let hash = bcrypt::hash("gargoyle in may", 4).unwrap();
    app.users().import("grace@example.com", "Grace", &hash).await.unwrap();
    log_in(&app, "grace@example.com", "gargoyle in May").await.expect(401);
    log_in(&app, "grace@example.com", "gargoyle in may").await.expect(200);
    let id = app.users().find("grace@example.com").await.unwrap().id;
    let stored = app.store().find_password(id).await.unwrap().unwrap();
    assert!(stored.starts_with("nfc1$argon2id$v=19$m=19456,t=2,p=1$"), "{}", &stored[..20]);
    log_in(&app, "grace@example.com", "gargoyle in may").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn first_logins_at_once_of_an_imported_customer_all_succeed() {
    let app = app().await;
    let hash = bcrypt::hash("gargoyle in may", 4).unwrap();
    app.users().import("grace@example.com", "Grace", &hash).await.unwrap();
    let logins = (0..2).map(|_| {
        let app = app.clone();
        tokio::spawn(async move { log_in(&app, "grace@example.com", "gargoyle in may").await.status })
    });
    for login in logins.collect::<Vec<_>>() {
        assert_eq!(login.await.unwrap(), 200);
    }
}

#[tokio::test]
async fn a_corrupt_hash_opens_nothing_and_breaks_nothing() {
    let app = app().await;
    sign_up(&app, "token").await;
    let customer = app.users().find("ada@example.com").await.unwrap();
    let audit = app.audit(doorstep_store::AuditKind::PasswordRehashed);
    app.store()
        .rehash_password(customer.proof(), "nfc1$argon2id$v=19$m=1,t=0,p=1$x$y", audit.into())
        .await
        .unwrap();
    log_in(&app, "ada@example.com", PASSWORD).await.expect(401);
    log_in(&app, "ada@example.com", "nfc1$argon2id$v=19$m=1,t=0,p=1$x$y").await.expect(401);
    Visitor::new(&app).get("/healthz").await.expect(200);
}

#[tokio::test]
async fn a_disabled_account_says_so_only_to_the_right_password() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    app.users().set_disabled("ada@example.com", true).await.unwrap();
    session.visitor(&app).get("/api/user").await.refused(401, "session_ended");
    log_in(&app, "ada@example.com", "wrong pass phrase").await.refused(401, "invalid_credentials");
    log_in(&app, "ada@example.com", PASSWORD).await.refused(403, "account_disabled");
    app.users().set_disabled("ada@example.com", false).await.unwrap();
    session.visitor(&app).get("/api/user").await.refused(401, "session_ended");
    log_in(&app, "ada@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn every_login_and_failure_leaves_one_audit_row() {
    let app = app().await;
    sign_up(&app, "token").await;
    app.clock.advance(Duration::from_secs(1));
    log_in(&app, "ada@example.com", "wrong pass phrase").await.expect(401);
    app.clock.advance(Duration::from_secs(1));
    log_in(&app, "ada@example.com", PASSWORD).await.expect(200);
    let customer = app.users().find("ada@example.com").await.unwrap().id;
    let kinds: Vec<&str> =
        app.store().audit_of(customer, 10).await.unwrap().iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["logged_in", "login_failed", "signed_up"]);
}

#[tokio::test]
async fn a_malformed_address_is_told_as_such() {
    let app = app().await;
    for email in ["ada", "ada@@example.com", "ada@example.com,eve@example.com"] {
        log_in(&app, email, PASSWORD).await.refused(422, "invalid_fields");
    }
    let both = Visitor::new(&app)
        .post("/api/login", json!({"email": ["ada@example.com", "eve@example.com"], "password": PASSWORD}))
        .await;
    both.refused(422, "invalid_fields");
}
