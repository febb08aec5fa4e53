//! The list of what has happened to an account.

use std::time::Duration;

use doorstep_store::{AuditEvent, AuditKind};
use doorstep_testkit::app::TestApp;
use serde_json::{Value, json};

use crate::support::{Carried, PASSWORD, Visitor, app, sign_up, sign_up_as};

const EVENTS: &str = "/api/user/events";
const LINUX: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/// Each act at a second of its own.
async fn second(app: &TestApp) {
    app.settle().await;
    app.clock.advance(Duration::from_secs(1));
}

/// What the events say, without what each run draws anew.
fn told(page: &Value) -> Vec<(&str, &str)> {
    let text = |event: &'_ Value, name| event[name].as_str().unwrap().len();
    let events = page["events"].as_array().unwrap();
    assert!(events.iter().all(|event| text(event, "id") == 36 && text(event, "at") > 19), "{page}");
    events.iter().map(|event| (event["kind"].as_str().unwrap(), event["message"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn a_customer_reads_what_has_happened_newest_first_and_in_plain_words() {
    let app = app().await;
    let ada = sign_up(&app, "token").await;
    second(&app).await;
    let wrong = json!({"email": "ada@example.com", "password": "wrong pass phrase"});
    Visitor::new(&app).with("user-agent", LINUX).post("/api/login", wrong).await.expect(401);
    second(&app).await;
    ada.visitor(&app)
        .with("user-agent", "curl/8.1")
        .patch("/api/user", json!({"name": "Eve"}))
        .await
        .expect(200);
    second(&app).await;
    let form = json!({"currentPassword": PASSWORD, "newPassword": "another long pass phrase"});
    let ada = ada.visitor(&app).post("/api/user/password", form).await.carried("token");
    let answer = ada.visitor(&app).get(EVENTS).await;
    answer.expect(200);
    let page = answer.json();
    assert_eq!(
        told(&page),
        [
            ("password_changed", "You changed your password"),
            ("profile_changed", "You changed your profile"),
            ("login_failed", "Somebody tried to log in with a wrong password"),
            ("signed_up", "You created your account"),
        ]
    );
    let device = |place: usize| page["events"][place].get("device").cloned();
    assert_eq!(
        [device(0), device(1), device(2)],
        [None, Some(json!("curl/8.1")), Some(json!("Chrome on Linux"))]
    );
    assert_eq!((&page["events"][2]["network"], &page["next"]), (&json!("127.0.0.1"), &Value::Null));
    let times: Vec<_> =
        page["events"].as_array().unwrap().iter().map(|event| event["at"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|newer, older| newer > older), "{times:?}");
    let german = ada.visitor(&app).with("accept-language", "de-AT").get(EVENTS).await;
    assert_eq!(german.header("content-language"), Some("de"));
    assert_eq!(german.json()["events"][0]["message"], "Sie haben Ihr Passwort geändert");
}

#[tokio::test]
async fn what_an_operator_did_is_told_as_the_shops() {
    let app = app().await;
    sign_up(&app, "token").await;
    for act in ["end", "disable", "enable"] {
        second(&app).await;
        match act {
            "end" => drop(app.users().end_sessions("ada@example.com", None).await.unwrap()),
            _ => app.users().set_disabled("ada@example.com", act == "disable").await.unwrap(),
        }
    }
    second(&app).await;
    let login = json!({"email": "ada@example.com", "password": PASSWORD, "session": "token"});
    let back = Visitor::new(&app).post("/api/login", login).await.carried("token");
    let page = back.visitor(&app).get(EVENTS).await.json();
    assert_eq!(
        told(&page),
        [
            ("logged_in", "You logged in"),
            ("account_enabled", "The shop opened your account again"),
            ("account_disabled", "The shop closed your account"),
            ("session_ended", "The shop logged you out"),
            ("signed_up", "You created your account"),
        ]
    );
}

async fn note(app: &TestApp, of: &Carried, kind: AuditKind, times: u32) {
    let customer = Some(of.user["id"].as_str().unwrap().parse().unwrap());
    for _ in 0..times {
        app.store().record(AuditEvent { customer, ..app.audit(kind) }.into()).await.unwrap();
    }
    second(app).await;
}

#[tokio::test]
async fn page_by_page_every_event_is_shown_once_also_past_those_that_are_not() {
    let app = app().await;
    let ada = sign_up(&app, "token").await;
    note(&app, &ada, AuditKind::ProfileChanged, 70).await;
    // More than a page of what tells a customer nothing.
    note(&app, &ada, AuditKind::PasswordRehashed, 60).await;
    note(&app, &ada, AuditKind::LoggedIn, 30).await;
    let (mut seen, mut sizes, mut path) = (Vec::new(), Vec::new(), EVENTS.to_owned());
    loop {
        let page = ada.visitor(&app).get(&path).await.json();
        sizes.push(told(&page).len());
        seen.extend(page["events"].as_array().unwrap().iter().map(|event| event["id"].to_string()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("{EVENTS}?before={next}");
        // What is added meanwhile comes into none of the pages.
        note(&app, &ada, AuditKind::LoginFailed, 1).await;
    }
    assert_eq!(sizes, [30, 10, 50, 11]);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 101);
}

#[tokio::test]
async fn a_page_that_ends_with_the_last_event_has_no_next() {
    let app = app().await;
    let ada = sign_up(&app, "token").await;
    note(&app, &ada, AuditKind::ProfileChanged, 49).await;
    let page = ada.visitor(&app).get(EVENTS).await.json();
    assert_eq!((told(&page).len(), &page["next"]), (50, &Value::Null));
}

#[tokio::test]
async fn nobody_reads_the_events_of_somebody_else() {
    let app = app().await;
    let (ada, eve) = (sign_up(&app, "token").await, sign_up_as(&app, "eve@example.com", "token").await);
    second(&app).await;
    note(&app, &ada, AuditKind::ProfileChanged, 60).await;
    let next = ada.visitor(&app).get(EVENTS).await.json()["next"].as_str().unwrap().to_owned();
    for path in [EVENTS.to_owned(), format!("{EVENTS}?before={next}")] {
        let page = eve.visitor(&app).get(&path).await.json();
        assert_eq!(told(&page), [("signed_up", "You created your account")], "{path}");
        Visitor::new(&app).get(&path).await.refused(401, "no_session");
    }
    eve.visitor(&app).post_nothing("/api/logout").await.expect(204);
    eve.visitor(&app).get(EVENTS).await.refused(401, "session_ended");
}

#[tokio::test]
async fn a_broken_cursor_is_named() {
    let app = app().await;
    let ada = sign_up(&app, "token").await;
    let good = "A".repeat(32);
    ada.visitor(&app).get(&format!("{EVENTS}?before={good}&x=1")).await.expect(200);
    for query in [
        "before=".to_owned(),
        "before=null".to_owned(),
        format!("before={good}A"),
        format!("before={good}&before={good}"),
    ] {
        let refused = ada.visitor(&app).get(&format!("{EVENTS}?{query}")).await;
        refused.refused(400, "malformed_request");
        assert!(
            refused.json()["detail"].as_str().unwrap().starts_with("before: send `next`"),
            "{}",
            refused.text
        );
    }
}
