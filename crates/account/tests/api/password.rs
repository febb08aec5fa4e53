//! What carries a session is another after a new password, also where the answer was lost and the request came again.

use std::time::Duration;

use doorstep_testkit::app::TestApp;
use serde_json::{Value, json};

use crate::support::{Answer, Carried, MODES, PASSWORD, SETTINGS, Visitor, app, sign_up, sign_up_as};

const NEW: &str = "another long pass phrase";

fn form() -> Value {
    json!({"currentPassword": PASSWORD, "newPassword": NEW})
}

async fn change(app: &TestApp, who: &Carried, key: &str, body: Value) -> Answer {
    who.visitor(app).with("idempotency-key", key).post("/api/user/password", body).await
}

/// The secrets of an answer; an access token is signed anew each time.
fn secrets(answer: &Answer, mode: &'static str) -> String {
    let carried = answer.carried(mode);
    if mode == "jwt" { carried.refresh_token().to_owned() } else { carried.secret().to_owned() }
}

async fn kinds(app: &TestApp) -> Vec<&'static str> {
    let customer = app.users().find("ada@example.com").await.unwrap().id;
    app.store().audit_of(customer, 50).await.unwrap().iter().rev().map(|event| event.kind.as_str()).collect()
}

#[tokio::test]
async fn the_answer_hands_over_another_session_and_the_former_is_dead_at_once() {
    for mode in MODES {
        let mut app = app().await;
        let before = sign_up(&app, mode).await;
        app.clock.advance(Duration::from_secs(1));
        let answer = before.visitor(&app).post("/api/user/password", form()).await;
        answer.expect(200);
        let (body, after) = (answer.json(), answer.carried(mode));
        assert_eq!(body["user"]["email"], "ada@example.com");
        assert_eq!(answer.header("etag"), Some("\"1\""));
        for name in ["token", "expiresAt"] {
            assert_eq!(body.get(name).is_some(), mode != "cookie", "{mode} {name}");
        }
        assert_eq!(body.get("refreshToken").is_some(), mode == "jwt");
        assert_eq!(answer.header("set-cookie").is_some(), mode == "cookie");
        for _ in 0..2 {
            before.visitor(&app).get("/api/user").await.refused(401, "session_ended");
            before.visitor(&app).post("/api/user/password", form()).await.refused(401, "session_ended");
            let list = after.visitor(&app).get("/api/sessions").await.json();
            assert_eq!(list["sessions"].as_array().unwrap().len(), 1);
            assert_eq!(list["sessions"][0]["current"], true);
            app.restart().await;
        }
        if mode == "jwt" {
            for (carried, status) in [(&before, 401), (&after, 200)] {
                let refresh = json!({"refreshToken": carried.refresh_token()});
                Visitor::new(&app).post("/api/token/refresh", refresh).await.expect(status);
            }
        }
        assert_eq!(kinds(&app).await, ["signed_up", "password_changed"]);
    }
}

#[tokio::test]
async fn a_change_whose_answer_was_lost_gets_it_again() {
    for mode in MODES {
        let mut app = app().await;
        let before = sign_up(&app, mode).await;
        app.clock.advance(Duration::from_secs(1));
        let first = change(&app, &before, "k1", form()).await;
        first.expect(200);
        app.restart().await;
        // With what the client still has, also when that has expired meanwhile.
        app.clock.advance(Duration::from_secs(3600));
        let again = change(&app, &before, "k1", form()).await;
        again.expect(200);
        assert_eq!(secrets(&first, mode), secrets(&again, mode));
        again.carried(mode).visitor(&app).get("/api/user").await.expect(200);
        // With what arrived although its answer did not.
        let arrived = change(&app, &again.carried(mode), "k1", form()).await;
        arrived.expect(200);
        assert_eq!(secrets(&first, mode), secrets(&arrived, mode));
        assert_eq!(kinds(&app).await, ["signed_up", "password_changed"]);
        // Nothing else opens by it.
        before.visitor(&app).get("/api/user").await.expect(401);
        before.visitor(&app).post("/api/user/password", form()).await.expect(401);
    }
}

/// Another tab asks who is signed in, before the button is pressed again.
#[tokio::test]
async fn a_lost_answer_can_still_be_asked_for_when_a_page_loads_meanwhile() {
    let app = app().await;
    let before = sign_up(&app, "cookie").await;
    change(&app, &before, "k1", form()).await.expect(200);
    let page = before.visitor(&app).get("/api/session").await;
    assert_eq!(page.json()["code"], "session_ended");
    assert_eq!(page.header("set-cookie"), None, "what the repetition needs is left alone");
    app.clock.advance(Duration::from_secs(600));
    let later = before.visitor(&app).get("/api/session").await;
    assert!(later.header("set-cookie").unwrap().contains("Max-Age=0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_at_once_change_the_password_once() {
    for mode in MODES {
        let settings = [SETTINGS, &[("limits.password_per_session", "100 in 1m")]].concat();
        let app = TestApp::with(&settings).await;
        let before = sign_up(&app, mode).await;
        app.clock.advance(Duration::from_secs(1));
        let attempts = (0..10).map(|_| {
            let visitor = before.visitor(&app).with("idempotency-key", "k1");
            tokio::spawn(async move { visitor.post("/api/user/password", form()).await })
        });
        let mut all = Vec::new();
        for attempt in attempts.collect::<Vec<_>>() {
            let answer = attempt.await.unwrap();
            answer.expect(200);
            all.push(secrets(&answer, mode));
        }
        all.dedup();
        assert_eq!(all.len(), 1, "{mode}");
        assert_eq!(kinds(&app).await, ["signed_up", "password_changed"]);
    }
}

#[tokio::test]
async fn a_key_is_good_for_one_change() {
    let app = app().await;
    let before = sign_up(&app, "token").await;
    let after = change(&app, &before, "k1", form()).await.carried("token");
    // Another body, from before and from after.
    let other = json!({"currentPassword": PASSWORD, "newPassword": "a third long pass phrase"});
    change(&app, &before, "k1", other.clone()).await.refused(422, "idempotency_mismatch");
    change(&app, &after, "k1", other).await.refused(422, "idempotency_mismatch");
    for missing in [json!({}), json!({"newPassword": NEW})] {
        change(&app, &before, "k1", missing).await.refused(400, "missing_fields");
    }
    // Another key is another request, and its session is over.
    change(&app, &before, "k2", form()).await.refused(401, "session_ended");
    // Somebody else's equal key is another key.
    let other = sign_up_as(&app, "eve@example.com", "token").await;
    change(&app, &other, "k1", form()).await.expect(200);
    // The next change forgets the one before.
    let next = json!({"currentPassword": NEW, "newPassword": "a third long pass phrase"});
    change(&app, &after, "k3", next).await.expect(200);
    change(&app, &before, "k1", form()).await.refused(401, "session_ended");
}

#[tokio::test]
async fn who_knows_the_key_needs_the_former_session_and_the_new_password() {
    let app = app().await;
    let before = sign_up(&app, "token").await;
    change(&app, &before, "k1", form()).await.expect(200);
    let nobody = Visitor::new(&app).with("idempotency-key", "k1");
    nobody.clone().post("/api/user/password", form()).await.refused(401, "no_session");
    let invented = nobody.bearer(&format!("ds_token_{}", "A".repeat(43)));
    invented.post("/api/user/password", form()).await.refused(401, "session_ended");
    // A key is the customer's who sends it: another one's opens nothing.
    let stranger = sign_up_as(&app, "eve@example.com", "token").await;
    stranger.visitor(&app).post_nothing("/api/logout").await.expect(204);
    change(&app, &stranger, "k1", form()).await.refused(401, "session_ended");
    // Guesses count for the session that sent it, and leave their trail. The change itself was the first of ten.
    for n in 0..9 {
        let guess = json!({"currentPassword": PASSWORD, "newPassword": format!("a wrong pass phrase {n}")});
        change(&app, &before, "k1", guess).await.refused(422, "idempotency_mismatch");
    }
    change(&app, &before, "k1", form()).await.refused(429, "rate_limited");
    assert_eq!(kinds(&app).await.iter().filter(|kind| **kind == "password_check_failed").count(), 9);
}

/// The answer was lost, and strangers guess: their budget is none of this one's business.
#[tokio::test]
async fn whoever_guesses_elsewhere_does_not_keep_a_repetition_out() {
    let app = app().await;
    let before = sign_up(&app, "token").await;
    change(&app, &before, "k1", form()).await.expect(200);
    let mut last = 0;
    for n in 0..11 {
        let guess = json!({"email": "ada@example.com", "password": format!("a wrong pass phrase {n}")});
        last = Visitor::new(&app).post("/api/login", guess).await.status;
    }
    assert_eq!(last, 429);
    change(&app, &before, "k1", form()).await.expect(200);
}

#[tokio::test]
async fn a_repetition_opens_nothing_that_is_over() {
    // After its time.
    let late = app().await;
    let before = sign_up(&late, "token").await;
    change(&late, &before, "k1", form()).await.expect(200);
    late.clock.advance(Duration::from_secs(24 * 3600 + 1));
    change(&late, &before, "k1", form()).await.refused(401, "session_ended");

    // After a logout, and after the account was closed.
    for close in [false, true] {
        let app = app().await;
        let before = sign_up(&app, "cookie").await;
        let after = change(&app, &before, "k1", form()).await.carried("cookie");
        match close {
            true => app.users().set_disabled("ada@example.com", true).await.unwrap(),
            false => after.visitor(&app).post_nothing("/api/logout").await.expect(204),
        }
        let again = change(&app, &before, "k1", form()).await;
        again.refused(401, "session_ended");
        assert_eq!(again.header("set-cookie"), None);
    }

    // After a use of its refresh token: somebody has received it.
    let used = app().await;
    let before = sign_up(&used, "jwt").await;
    let after = change(&used, &before, "k1", form()).await.carried("jwt");
    let refresh = json!({"refreshToken": after.refresh_token()});
    Visitor::new(&used).post("/api/token/refresh", refresh).await.expect(200);
    change(&used, &before, "k1", form()).await.refused(401, "session_ended");
    after.visitor(&used).get("/api/user").await.expect(200);
}

#[tokio::test]
async fn a_foreign_page_repeats_nothing() {
    let app = app().await;
    let before = sign_up(&app, "cookie").await;
    change(&app, &before, "k1", form()).await.expect(200);
    let cookie = format!("{}={}", app.cookie(), before.secret());
    let foreign = Visitor::new(&app).with("cookie", &cookie).with("origin", "https://evil.example");
    let answer = foreign.with("idempotency-key", "k1").post("/api/user/password", form()).await;
    answer.refused(403, "csrf_refused");
}
