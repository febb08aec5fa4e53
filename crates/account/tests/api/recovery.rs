//! A forgotten password: who gets a new one, and who does not.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use crate::mails::{NEW, asked, kinds, mail, mail_after, token_of};
use crate::support::{Answer, MODES, PASSWORD, Visitor, app, sign_up};

const ADA: &str = "ada@example.com";

fn by_code(request: &str, mail: &serde_json::Value, new: &str) -> serde_json::Value {
    json!({"request": request, "code": mail["code"], "newPassword": new})
}

async fn logs_in(app: &doorstep_testkit::app::TestApp, password: &str) -> u16 {
    Visitor::new(app).post("/api/login", json!({"email": ADA, "password": password})).await.status
}

#[tokio::test]
async fn a_code_or_a_link_gives_a_new_password_and_ends_every_session() {
    for is_link in [false, true] {
        let app = app().await;
        let mut sessions = Vec::new();
        for mode in MODES {
            let login = json!({"email": ADA, "password": PASSWORD, "session": mode});
            if sessions.is_empty() {
                sessions.push(sign_up(&app, mode).await);
            } else {
                let answer = Visitor::new(&app).with("origin", app.origin()).post("/api/login", login).await;
                sessions.push(answer.carried(mode));
            }
        }
        let (request, mail) = asked(&app, ADA).await;
        let body = match is_link {
            true => json!({"token": token_of(&mail), "newPassword": NEW}),
            false => by_code(&request, &mail, NEW),
        };
        let visitor = Visitor::new(&app).with("accept-language", "de");
        let answer = visitor.post("/api/recovery/confirm", body.clone()).await;
        answer.expect(200);
        assert_eq!(answer.json()["message"], "Ihr Passwort ist geändert. Melden Sie sich damit an");
        assert!(answer.header("set-cookie").is_none(), "it logs nobody in");
        for session in sessions {
            session.visitor(&app).get("/api/user").await.refused(401, "session_ended");
        }
        assert_eq!([logs_in(&app, PASSWORD).await, logs_in(&app, NEW).await], [401, 200]);
        visitor.post("/api/recovery/confirm", body).await.refused(410, "challenge_spent");
        let of_kind = format!("{ADA}&kind=recovered");
        let told = mail_after(&app, &of_kind, mail["number"].as_u64().unwrap()).await;
        assert_eq!(told["kind"], "recovered");
        let who = app.users().find(ADA).await.unwrap();
        assert!(who.email_verified_at.is_some(), "whoever has the mail has the address");
    }
}

#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answer() {
    let app = app().await;
    sign_up(&app, "token").await;
    let shape = |answer: &Answer| {
        answer.expect(202);
        let mut names: Vec<_> = answer
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        names.retain(|(name, _)| !matches!(&**name, "x-request-id" | "date"));
        (names, answer.json()["message"].clone(), answer.text.len())
    };
    let ask = async |email: &str| Visitor::new(&app).post("/api/recovery", json!({"email": email})).await;
    // What was asked for first is opened first: when the mail is there, both are.
    let unknown = ask("eva@example.com").await;
    app.clock.advance(std::time::Duration::from_millis(1));
    let known = ask(ADA).await;
    assert_eq!(shape(&known), shape(&unknown));
    mail(&app, ADA).await;
    assert_eq!(kinds(&app).await, ["recovery"]);
    // Nor do codes tell it that are tried.
    let request = |answer: &Answer| answer.json()["request"].clone();
    for tries in 1..=6 {
        let mut answers = Vec::new();
        for request in [request(&known), request(&unknown)] {
            let guess = json!({"request": request, "code": "00000000", "newPassword": NEW});
            let answer = Visitor::new(&app).post("/api/recovery/confirm", guess).await;
            answers.push((answer.status, answer.json()["message"].clone()));
        }
        assert_eq!(answers[0], answers[1], "try {tries}");
        assert_eq!(answers[0].0, if tries < 5 { 422 } else { 410 });
    }
}

#[tokio::test]
async fn a_code_is_good_only_with_the_request_that_asked() {
    let app = app().await;
    sign_up(&app, "token").await;
    let (theirs, _) = asked(&app, ADA).await;
    let (mine, mail) = asked(&app, ADA).await;
    let visitor = Visitor::new(&app);
    visitor.post("/api/recovery/confirm", by_code(&theirs, &mail, NEW)).await.refused(422, "invalid_fields");
    visitor
        .post("/api/recovery/confirm", by_code("ds_request_made_up", &mail, NEW))
        .await
        .refused(410, "challenge_spent");
    visitor.post("/api/recovery/confirm", by_code(&mine, &mail, NEW)).await.expect(200);
}

#[tokio::test]
async fn wrong_codes_use_the_tries_up_and_the_link_goes_on() {
    let app = app().await;
    sign_up(&app, "token").await;
    let (request, mail) = asked(&app, ADA).await;
    let wrong = json!({"request": request, "code": "00000000", "newPassword": NEW});
    let visitor = Visitor::new(&app);
    for left in [4, 3, 2, 1] {
        let answer = visitor.post("/api/recovery/confirm", wrong.clone()).await;
        answer.refused(422, "invalid_fields");
        let refused = &answer.json()["fields"]["code"];
        assert_eq!(refused["code"], "code_wrong");
        assert!(refused["message"].as_str().unwrap().ends_with(&format!("Tries left: {left}")), "{refused}");
    }
    visitor.post("/api/recovery/confirm", wrong).await.refused(410, "challenge_spent");
    visitor
        .post("/api/recovery/confirm", by_code(&request, &mail, NEW))
        .await
        .refused(410, "challenge_spent");
    // Asking again gives no tries, and the link of the new mail is good.
    let (request, mail) = asked(&app, ADA).await;
    visitor
        .post("/api/recovery/confirm", by_code(&request, &mail, NEW))
        .await
        .refused(410, "challenge_spent");
    let link = json!({"token": token_of(&mail), "newPassword": NEW});
    visitor.post("/api/recovery/confirm", link).await.expect(200);
    let customer = app.users().find(ADA).await.unwrap().id;
    let trail = app.store().audit_of(customer, 50).await.unwrap();
    let failed = trail.iter().filter(|event| event.kind.as_str() == "code_failed").count();
    assert_eq!(failed, 5);
}

#[tokio::test]
async fn of_fifty_uses_at_once_one_is_done() {
    let app = app().await;
    sign_up(&app, "token").await;
    let (request, mail) = asked(&app, ADA).await;
    let tries = (0..50).map(|number| {
        let visitor = Visitor::new(&app);
        let new = format!("{NEW} {number}");
        let body = match number % 2 {
            0 => by_code(&request, &mail, &new),
            _ => json!({"token": token_of(&mail), "newPassword": new}),
        };
        async move { visitor.post("/api/recovery/confirm", body).await.status }
    });
    let statuses = join_all(tries).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    let seen: HashSet<_> = statuses.iter().copied().collect();
    assert!(seen.is_subset(&HashSet::from([200, 410, 503])), "{statuses:?}");
    let winner = statuses.iter().position(|status| *status == 200).unwrap();
    assert_eq!(logs_in(&app, &format!("{NEW} {winner}")).await, 200);
}

#[tokio::test]
async fn a_password_that_is_refused_uses_nothing_up() {
    let app = app().await;
    sign_up(&app, "token").await;
    let (request, mail) = asked(&app, ADA).await;
    let visitor = Visitor::new(&app);
    for (new, code) in [
        ("short", "password_too_short"),
        ("password", "password_common"),
        ("ada@example.com", "password_contains_identity"),
    ] {
        let answer = visitor.post("/api/recovery/confirm", by_code(&request, &mail, new)).await;
        answer.refused(422, "invalid_fields");
        assert_eq!(answer.json()["fields"]["newPassword"]["code"], code);
    }
    for body in [
        json!({}),
        json!({"newPassword": NEW}),
        json!({"code": "1", "newPassword": NEW}),
        json!({"token": "x"}),
    ] {
        visitor.post("/api/recovery/confirm", body).await.refused(400, "missing_fields");
    }
    visitor.post("/api/recovery/confirm", by_code(&request, &mail, NEW)).await.expect(200);
}

#[tokio::test]
async fn code_and_link_end_with_their_hour_and_with_another_password() {
    let app = app().await;
    let ada = sign_up(&app, "token").await;
    let (request, mail) = asked(&app, ADA).await;
    let form = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    ada.visitor(&app).post("/api/user/password", form).await.expect(200);
    let link = |mail| json!({"token": token_of(mail), "newPassword": "a third long pass phrase"});
    let visitor = Visitor::new(&app);
    visitor.post("/api/recovery/confirm", by_code(&request, &mail, NEW)).await.refused(422, "invalid_fields");
    visitor.post("/api/recovery/confirm", link(&mail)).await.refused(410, "challenge_spent");
    let (request, mail) = asked(&app, ADA).await;
    app.clock.advance(Duration::from_secs(3600));
    visitor.get(&crate::mails::path_of(&mail)).await.expect(200);
    app.clock.advance(Duration::from_secs(60));
    visitor.get(&crate::mails::path_of(&mail)).await.expect(410);
    visitor.post("/api/recovery/confirm", link(&mail)).await.refused(410, "challenge_spent");
    visitor
        .post("/api/recovery/confirm", by_code(&request, &mail, NEW))
        .await
        .refused(410, "challenge_spent");
    assert_eq!(logs_in(&app, NEW).await, 200);
}
