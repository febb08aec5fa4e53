use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use doorstep_testkit::app::TestApp;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, SETTINGS, Visitor, app, sign_up, sign_up_as};

async fn refresh(app: &TestApp, token: &str) -> Answer {
    Visitor::new(app).post("/api/token/refresh", json!({"refreshToken": token})).await
}

fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_refresh_gives_a_successor_and_a_token_that_works() {
    let app = app().await;
    let session = sign_up(&app, "jwt").await;
    let answer = refresh(&app, session.refresh_token()).await;
    answer.expect(200);
    let body = answer.json();
    assert_ne!(text(&body, "refreshToken"), session.refresh_token());
    Visitor::new(&app).bearer(&text(&body, "token")).get("/api/user").await.expect(200);
    refresh(&app, &text(&body, "refreshToken")).await.expect(200);
}

#[tokio::test]
async fn a_token_that_is_over_or_of_a_deleted_database_says_what_to_do() {
    let (app, deleted) = (app().await, app().await);
    let session = sign_up(&app, "jwt").await;
    let ask = |app: &TestApp, token: &str| {
        let visitor = Visitor::new(app).bearer(token);
        async move { visitor.get("/api/user").await }
    };
    let stranger = sign_up(&deleted, "jwt").await;
    let answer = ask(&app, stranger.secret()).await;
    answer.refused(401, "token_invalid");
    let told = "signed by a key that this database never had";
    assert!(text(&answer.json(), "hint").contains(told), "{}", answer.text);
    let mut forged = session.secret().to_owned();
    forged.replace_range(forged.len() - 10.., "AAAAAAAAAA");
    let answer = ask(&app, &forged).await;
    answer.refused(401, "token_invalid");
    assert!(answer.json().get("hint").is_none(), "{}", answer.text);
    app.clock.advance(Duration::from_secs(601));
    let answer = ask(&app, session.secret()).await;
    answer.refused(401, "token_expired");
    let hint = text(&answer.json(), "hint");
    assert!(hint.contains("\"session\": \"token\"") && hint.contains("POST /api/token/refresh"), "{hint}");
}

#[tokio::test]
async fn a_token_in_another_header_is_recognised_and_not_taken() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    for header in ["x-auth-token", "x-access-token"] {
        let answer = Visitor::new(&app).with(header, session.secret()).get("/api/user").await;
        answer.refused(401, "no_session");
        let detail = text(&answer.json(), "detail");
        assert!(detail.contains(header) && detail.ends_with("Authorization: Bearer <token>"), "{detail}");
        assert!(!answer.text.contains(session.secret()));
    }
}

#[tokio::test]
async fn neighbours_who_send_nonsense_keep_no_session_from_refreshing() {
    let settings =
        [SETTINGS, &[("server.trusted_proxies", "127.0.0.1/32"), ("limits.refresh_per_network", "3 in 1m")]];
    let app = TestApp::with(&settings.concat()).await;
    let session = sign_up(&app, "jwt").await;
    let from_there = |token: &str| {
        let visitor = Visitor::new(&app).with("x-forwarded-for", "203.0.113.7");
        let body = json!({"refreshToken": token});
        async move { visitor.post("/api/token/refresh", body).await }
    };
    for _ in 0..3 {
        from_there("nonsense").await.refused(401, "token_invalid");
    }
    from_there("nonsense").await.refused(429, "rate_limited");
    from_there(&format!("ds_refresh_{}", "A".repeat(86))).await.refused(429, "rate_limited");
    from_there(session.refresh_token()).await.expect(200);
}

#[tokio::test]
async fn the_sessions_of_one_account_refresh_within_one_budget() {
    let app = TestApp::with(&[SETTINGS, &[("limits.refresh_per_account", "3 in 1m")]].concat()).await;
    let first = sign_up(&app, "jwt").await;
    let login = json!({"email": "ada@example.com", "password": PASSWORD, "session": "jwt"});
    let second = text(&Visitor::new(&app).post("/api/login", login).await.json(), "refreshToken");
    for token in [first.refresh_token(), &second, first.refresh_token()] {
        refresh(&app, token).await.expect(200);
    }
    refresh(&app, &second).await.refused(429, "rate_limited");
    app.clock.advance(Duration::from_secs(20));
    refresh(&app, &second).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_parallel_refreshes_have_one_successor() {
    let app = app().await;
    let session = sign_up(&app, "jwt").await;
    let uses = (0..100).map(|_| {
        let (app, token) = (app.clone(), session.refresh_token().to_owned());
        tokio::spawn(async move { refresh(&app, &token).await })
    });
    let mut successors = Vec::new();
    for answer in uses.collect::<Vec<_>>() {
        let answer = answer.await.unwrap();
        answer.expect(200);
        successors.push(text(&answer.json(), "refreshToken"));
    }
    successors.dedup();
    assert_eq!(successors.len(), 1);
    refresh(&app, &successors[0]).await.expect(200);
}

#[tokio::test]
async fn reuse_after_the_grace_ends_the_session_and_is_audited_also_after_a_restart() {
    let mut app = app().await;
    let session = sign_up(&app, "jwt").await;
    let next = text(&refresh(&app, session.refresh_token()).await.json(), "refreshToken");
    app.clock.advance(Duration::from_secs(29));
    assert_eq!(text(&refresh(&app, session.refresh_token()).await.json(), "refreshToken"), next);
    app.clock.advance(Duration::from_secs(2));
    refresh(&app, session.refresh_token()).await.refused(401, "refresh_reused");
    app.restart().await;
    refresh(&app, &next).await.refused(401, "session_ended");
    session.visitor(&app).get("/api/user").await.refused(401, "session_ended");
    let customer = app.users().find("ada@example.com").await.unwrap().id;
    let trail = app.store().audit_of(customer, 9).await.unwrap();
    assert!(trail.iter().any(|event| event.kind == doorstep_store::AuditKind::RefreshReused), "{trail:?}");
}

#[tokio::test]
async fn other_texts_are_no_refresh_tokens() {
    let app = app().await;
    let session = sign_up(&app, "jwt").await;
    let token = session.refresh_token();
    for bad in ["x", "ds_refresh_", &token[..token.len() - 1], &format!("{token}A"), session.secret()] {
        refresh(&app, bad).await.refused(401, "token_invalid");
    }
    // The right family with a half that never was: only a copy of an old token can look like that.
    let unknown = format!("ds_refresh_{}", BASE64.encode([7; 64]));
    refresh(&app, &unknown).await.refused(401, "session_ended");
    refresh(&app, token).await.expect(200);
    for body in [json!({}), json!({"refreshToken": null}), json!({"refreshToken": ""})] {
        Visitor::new(&app).post("/api/token/refresh", body).await.refused(400, "missing_fields");
    }
}

#[tokio::test]
async fn an_access_token_lives_ten_minutes_and_not_a_second_more() {
    let app = app().await;
    let session = sign_up(&app, "jwt").await;
    app.clock.advance(Duration::from_secs(599));
    session.visitor(&app).get("/api/user").await.expect(200);
    app.clock.advance(Duration::from_secs(2));
    session.visitor(&app).get("/api/user").await.refused(401, "token_expired");
    refresh(&app, session.refresh_token()).await.expect(200);
}

#[tokio::test]
async fn an_access_token_lives_as_long_as_is_said_at_whichever_part_of_a_second_it_was_made() {
    let app = TestApp::with(&[SETTINGS, &[("tokens.access_ttl", "1s")]].concat()).await;
    for number in 0..5 {
        app.clock.advance(Duration::from_millis(2237));
        let session = sign_up_as(&app, &format!("ada{number}@example.com"), "jwt").await;
        app.clock.advance(Duration::from_millis(999));
        session.visitor(&app).get("/api/user").await.expect(200);
        app.clock.advance(Duration::from_millis(1001));
        session.visitor(&app).get("/api/user").await.refused(401, "token_expired");
    }
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let app = app().await;
    let session = sign_up(&app, "jwt").await;
    let parts: Vec<&str> = session.secret().split('.').collect();
    let [header, claims, signature] = parts[..] else { panic!("not three parts") };
    let public = Visitor::new(&app).get("/.well-known/jwks.json").await.json()["keys"][0].clone();
    let kid = text(&public, "kid");
    let encode = |value: &Value| BASE64.encode(value.to_string());
    let hs256 = encode(&json!({"alg": "HS256", "typ": "at+jwt", "kid": kid}));
    let key = BASE64.decode(text(&public, "x")).unwrap();
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), format!("{hs256}.{claims}").as_bytes());
    let mut payload: Value = serde_json::from_slice(&BASE64.decode(claims).unwrap()).unwrap();
    payload["exp"] = json!(payload["exp"].as_i64().unwrap() + 3600);
    let unsigned = encode(&json!({"alg": "none", "typ": "at+jwt", "kid": kid}));
    let hostile_kid = encode(&json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "../../etc/passwd' OR 1=1"}));
    for forged in [
        format!("{unsigned}.{claims}."),
        format!("{unsigned}.{claims}.{signature}"),
        format!("{hs256}.{claims}.{}", BASE64.encode(mac)),
        format!("{header}.{}.{signature}", encode(&payload)),
        format!("{header}.{claims}."),
        format!("{header}.{claims}.{}", BASE64.encode([0; 64])),
        format!("{header}.{claims}.{}", signature.chars().rev().collect::<String>()),
        format!("{hostile_kid}.{claims}.{signature}"),
        format!("{header}.{claims}"),
        format!("{header}.{claims}.{signature}.{signature}"),
        "a".repeat(3000),
    ] {
        Visitor::new(&app).bearer(&forged).get("/api/user").await.refused(401, "token_invalid");
    }
    session.visitor(&app).get("/api/user").await.expect(200);
}

#[tokio::test]
async fn a_token_of_another_shop_is_refused() {
    let (here, there) = (app().await, app().await);
    let session = sign_up(&there, "jwt").await;
    session.visitor(&here).get("/api/user").await.refused(401, "token_invalid");
}

#[tokio::test]
async fn keys_rotate_by_themselves_with_overlap_and_survive_restarts() {
    let mut app = app().await;
    let kids = |keys: &Value| {
        keys["keys"].as_array().unwrap().iter().map(|key| text(key, "kid")).collect::<Vec<_>>()
    };
    let first = kids(&Visitor::new(&app).get("/.well-known/jwks.json").await.json());
    assert_eq!(first.len(), 1);

    // A day before its turn the next key is published; the first one still signs.
    app.clock.advance(Duration::from_secs(29 * 24 * 3600 + 60));
    app.account().maintain().await.unwrap();
    let both = kids(&Visitor::new(&app).get("/.well-known/jwks.json").await.json());
    assert_eq!(both.len(), 2);
    let session = sign_up(&app, "jwt").await;
    assert_eq!(kid_of(session.secret()), first[0]);

    // After its turn it signs, and a token of the old key still opens.
    app.clock.advance(Duration::from_secs(24 * 3600 - 120));
    let body = json!({"email": "ada@example.com", "password": crate::support::PASSWORD});
    let late = text(&Visitor::new(&app).post("/api/login", body.clone()).await.json(), "token");
    app.clock.advance(Duration::from_secs(120));
    app.restart().await;
    Visitor::new(&app).bearer(&late).get("/api/user").await.expect(200);
    let fresh = text(&Visitor::new(&app).post("/api/login", body).await.json(), "token");
    assert_eq!(kid_of(&fresh), both[1]);
    Visitor::new(&app).bearer(&fresh).get("/api/user").await.expect(200);
}

#[tokio::test]
async fn a_clock_that_is_set_right_again_does_not_stop_logins() {
    let app = app().await;
    app.clock.turn_back(Duration::from_secs(10 * 24 * 3600));
    let session = sign_up(&app, "jwt").await;
    session.visitor(&app).get("/api/user").await.expect(200);
    app.account().maintain().await.unwrap();
    let body = json!({"email": "ada@example.com", "password": crate::support::PASSWORD});
    Visitor::new(&app).post("/api/login", body).await.session("jwt", &app).get("/api/user").await.expect(200);
    session.visitor(&app).get("/api/user").await.expect(200);
}

fn kid_of(token: &str) -> String {
    let header = BASE64.decode(token.split('.').next().unwrap()).unwrap();
    text(&serde_json::from_slice(&header).unwrap(), "kid")
}
