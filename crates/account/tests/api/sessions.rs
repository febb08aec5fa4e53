use std::time::Duration;

use doorstep_base::Clock as _;
use doorstep_testkit::app::TestApp;
use serde_json::json;

use crate::support::{MODES, PASSWORD, SETTINGS, Visitor, app, sign_up, sign_up_as};

#[tokio::test]
async fn logout_ends_the_session_at_once_in_every_mode_also_after_a_restart() {
    for mode in MODES {
        let mut app = app().await;
        let session = sign_up(&app, mode).await;
        session.visitor(&app).get("/api/user").await.expect(200);
        let gone = session.visitor(&app).post_nothing("/api/logout").await;
        gone.expect(204);
        if mode == "cookie" {
            assert!(gone.header("set-cookie").unwrap().contains("Max-Age=0"));
            assert_eq!(gone.header("clear-site-data"), Some("\"cookies\""));
        }
        session.visitor(&app).get("/api/user").await.refused(401, "session_ended");
        app.restart().await;
        session.visitor(&app).get("/api/user").await.refused(401, "session_ended");
        session.visitor(&app).post_nothing("/api/logout").await.refused(401, "session_ended");
    }
}

#[tokio::test]
async fn a_session_outlives_a_restart() {
    for mode in MODES {
        let mut app = app().await;
        let session = sign_up(&app, mode).await;
        app.restart().await;
        session.visitor(&app).get("/api/user").await.expect(200);
    }
}

#[tokio::test]
async fn an_unused_session_ends_after_its_idle_time_and_use_moves_it_on() {
    let app = app().await;
    let (used, unused) = (sign_up(&app, "token").await, sign_up_as(&app, "bob@example.com", "token").await);
    let day = Duration::from_secs(24 * 3600);
    app.clock.advance(13 * day);
    used.visitor(&app).get("/api/user").await.expect(200);
    app.settle().await;
    app.clock.advance(Duration::from_secs(24 * 3600 - 1));
    unused.visitor(&app).get("/api/user").await.expect(200);
    app.clock.advance(Duration::from_secs(2));
    used.visitor(&app).get("/api/user").await.expect(200);
    app.settle().await;
    app.clock.advance(14 * day);
    unused.visitor(&app).get("/api/user").await.refused(401, "session_ended");
}

#[tokio::test]
async fn no_use_carries_a_session_past_its_absolute_end() {
    let app = app().await;
    let session = sign_up(&app, "cookie").await;
    for _ in 0..5 {
        app.clock.advance(Duration::from_secs(6 * 24 * 3600 - 1));
        session.visitor(&app).get("/api/user").await.expect(200);
        app.settle().await;
    }
    app.clock.advance(Duration::from_secs(6));
    session.visitor(&app).get("/api/user").await.refused(401, "session_ended");
}

#[tokio::test]
async fn the_list_shows_the_devices_and_ends_them_one_by_one() {
    let app = app().await;
    let here = sign_up(&app, "token").await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "session": "token"});
    let there = Visitor::new(&app)
        .with("user-agent", "Phone/1.0")
        .post("/api/login", body)
        .await
        .session("token", &app);
    let list = here.visitor(&app).get("/api/sessions").await.json();
    let sessions = list["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
    let other = sessions.iter().find(|session| session["current"] == false).unwrap();
    assert_eq!(other["device"], "Phone/1.0");
    assert_eq!(other["network"], "127.0.0.1");

    let path = format!("/api/sessions/{}", other["id"].as_str().unwrap());
    let stranger = sign_up_as(&app, "eve@example.com", "token").await;
    stranger.visitor(&app).delete(&path).await.refused(404, "not_found");
    there.get("/api/user").await.expect(200);
    here.visitor(&app).delete(&path).await.expect(204);
    there.get("/api/user").await.refused(401, "session_ended");
    here.visitor(&app).delete(&path).await.refused(404, "not_found");
    for id in ["x", "00000000-0000-0000-0000-000000000000", "%00", "..%2f"] {
        here.visitor(&app).delete(&format!("/api/sessions/{id}")).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn ending_the_others_keeps_the_one_that_asks() {
    let app = app().await;
    let here = sign_up(&app, "jwt").await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "session": "token"});
    let there = Visitor::new(&app).post("/api/login", body).await.session("token", &app);
    here.visitor(&app).delete("/api/sessions").await.expect(204);
    there.get("/api/user").await.refused(401, "session_ended");
    here.visitor(&app).get("/api/user").await.expect(200);
}

#[tokio::test]
async fn a_credential_opens_only_as_what_it_is() {
    let app = app().await;
    let (token, cookie, jwt) = (
        sign_up(&app, "token").await,
        sign_up_as(&app, "b@example.com", "cookie").await,
        sign_up_as(&app, "c@example.com", "jwt").await,
    );
    let as_bearer =
        [cookie.secret(), jwt.refresh_token(), "", "x", "ds_token_", "null", "undefined", "a.b.c"];
    for secret in as_bearer {
        let answer =
            Visitor::new(&app).with("authorization", &format!("Bearer {secret}")).get("/api/user").await;
        answer.refused(401, "token_invalid");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer"));
    }
    for secret in [token.secret(), jwt.secret(), jwt.refresh_token(), "x"] {
        let answer = Visitor::new(&app).with("cookie", &format!("doorstep={secret}")).get("/api/user").await;
        answer.refused(401, "token_invalid");
    }
    for header in [token.secret(), "Basic YTpi", "bearer", "Token x"] {
        let answer = Visitor::new(&app).with("authorization", header).get("/api/user").await;
        answer.refused(401, "token_invalid");
        assert!(answer.text.contains("Bearer <token>"));
    }
    for answer in [
        Visitor::new(&app).get("/api/user").await,
        Visitor::new(&app).with("authorization", "").get("/api/user").await,
    ] {
        answer.refused(401, "no_session");
    }
}

#[tokio::test]
async fn several_session_cookies_are_refused_whatever_their_order() {
    let app = app().await;
    let cookie = sign_up(&app, "cookie").await;
    let secret = cookie.secret();
    for header in [
        format!("doorstep={secret}; doorstep=x"),
        format!("doorstep=x; doorstep={secret}"),
        format!("doorstep={secret}; __Host-doorstep={secret}"),
    ] {
        Visitor::new(&app).with("cookie", &header).get("/api/user").await.refused(401, "token_invalid");
    }
}

#[tokio::test]
async fn a_cookie_acts_only_for_the_shops_own_pages() {
    let app = app().await;
    let session = sign_up(&app, "cookie").await;
    let cookie = format!("doorstep={}", session.secret());
    let twin = app.origin().replace("http://", "https://");
    for headers in [
        vec![],
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
        vec![("origin", &*twin)],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site"), ("origin", "http://sibling.example")],
        vec![("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
    ] {
        let mut visitor = Visitor::new(&app).with("cookie", &cookie);
        for (name, value) in &headers {
            visitor = visitor.with(name, value);
        }
        visitor.post_nothing("/api/logout").await.refused(403, "csrf_refused");
    }
    // Reading needs no origin, and the session still lives.
    Visitor::new(&app).with("cookie", &cookie).get("/api/user").await.expect(200);
    let own = Visitor::new(&app).with("cookie", &cookie).with("sec-fetch-site", "same-origin");
    own.post_nothing("/api/logout").await.expect(204);
}

#[tokio::test]
async fn a_page_of_another_site_makes_no_customers_browser_read() {
    let mut settings = SETTINGS.to_vec();
    settings.push(("limits.export_per_account", "1 in 1h"));
    let app = TestApp::with(&settings).await;
    let session = sign_up(&app, "cookie").await;
    let cookie = format!("doorstep={}", session.secret());
    let last_used = async || {
        app.settle().await;
        let customer = app.store().newest_customers(1).await.unwrap()[0].id;
        app.store().sessions_of(customer, app.clock.now()).await.unwrap()[0].last_used_at
    };
    let before = last_used().await;
    app.clock.advance(Duration::from_secs(300));
    for path in ["/api/user/export", "/api/user", "/api/session", "/api/sessions", "/api/user/addresses"] {
        // A link that is followed, a fetch, and a frame in a page with no origin.
        for origin in [None, Some("https://evil.example"), Some("null")] {
            let visitor = Visitor::new(&app).with("cookie", &cookie).with("sec-fetch-site", "cross-site");
            let visitor = origin.into_iter().fold(visitor, |visitor, origin| visitor.with("origin", origin));
            visitor.get(path).await.refused(403, "csrf_refused");
        }
    }
    assert_eq!(last_used().await, before, "it is no use of the session");
    let allowed = app.origin().to_owned();
    let bearer = Visitor::new(&app).with("sec-fetch-site", "cross-site");
    bearer.get("/api/session").await.expect(200);
    for headers in [
        vec![],
        vec![("sec-fetch-site", "same-origin")],
        vec![("sec-fetch-site", "same-site")],
        vec![("sec-fetch-site", "none")],
        vec![("sec-fetch-site", "cross-site"), ("origin", &*allowed)],
    ] {
        let visitor = Visitor::new(&app).with("cookie", &cookie);
        let visitor = headers.iter().fold(visitor, |visitor, (name, value)| visitor.with(name, value));
        visitor.get("/api/user").await.expect(200);
    }
    // None of the refused ones was counted.
    Visitor::new(&app).with("cookie", &cookie).get("/api/user/export").await.expect(200);
}

#[tokio::test]
async fn a_new_login_ends_the_session_that_its_cookie_replaces() {
    let app = app().await;
    let before = sign_up(&app, "cookie").await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "session": "cookie"});
    let wrong = json!({"email": "ada@example.com", "password": "wrong pass phrase", "session": "cookie"});
    before.visitor(&app).post("/api/login", wrong).await.expect(401);
    before.visitor(&app).get("/api/user").await.expect(200);
    let after = before.visitor(&app).post("/api/login", body).await;
    after.expect(200);
    before.visitor(&app).get("/api/user").await.refused(401, "session_ended");
    after.session("cookie", &app).get("/api/user").await.expect(200);
}

#[tokio::test]
async fn a_visitor_is_no_failure() {
    let app = app().await;
    let nobody = Visitor::new(&app).get("/api/session").await;
    nobody.expect(200);
    assert_eq!(nobody.json(), json!({"user": null, "code": "no_session"}));
    let session = sign_up(&app, "cookie").await;
    let somebody = session.visitor(&app).get("/api/session").await;
    assert_eq!(somebody.json()["user"]["email"], "ada@example.com");
    session.visitor(&app).post_nothing("/api/logout").await.expect(204);
    let ended = session.visitor(&app).get("/api/session").await;
    assert_eq!(ended.json(), json!({"user": null, "code": "session_ended"}));
    assert!(ended.header("set-cookie").unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn a_planted_session_id_is_never_adopted() {
    let app = app().await;
    let planted = sign_up_as(&app, "eve@example.com", "cookie").await;
    let body = json!({"name": "Ada", "email": "ada@example.com", "password": PASSWORD, "session": "cookie"});
    let answer = planted.visitor(&app).post("/api/signup", body).await;
    answer.expect(201);
    let fresh = answer.header("set-cookie").unwrap();
    assert!(!fresh.contains(planted.secret()));
    // The browser has forgotten it, and so has the server.
    planted.visitor(&app).get("/api/user").await.refused(401, "session_ended");
}
