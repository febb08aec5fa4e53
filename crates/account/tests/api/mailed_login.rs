//! A login by what a mail brings, and whom it does not let in.

use doorstep_testkit::app::TestApp;
use serde_json::{Value, json};

use crate::links::{opened, post, post_opened};
use crate::mails::{NEW, kinds, mail_after, path_of, token_of};
use crate::support::{Answer, MODES, PASSWORD, SETTINGS, Visitor, app, sign_up};

const ADA: &str = "ada@example.com";

/// Asks for a mail to log in with; the request, the number that the device shows, and the mail.
async fn asked(app: &TestApp) -> (String, String, Value) {
    let of_kind = format!("{ADA}&kind=login_code");
    let before = app.get(&format!("/_dev/mailbox/latest?to={of_kind}&wait=0")).await;
    let after = if before.status == 200 { before.json()["number"].as_u64().unwrap() } else { 0 };
    let answer = Visitor::new(app).post("/api/login/code", json!({"email": ADA})).await;
    answer.expect(202);
    let text = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
    (text("request"), text("number"), mail_after(app, &of_kind, after).await)
}

/// A customer whose address is proven.
async fn proven(app: &TestApp) {
    let ada = sign_up(app, "token").await;
    ada.visitor(app).post_nothing("/api/verification").await.expect(202);
    let mail = mail_after(app, ADA, 0).await;
    let body = json!({"token": token_of(&mail)});
    ada.visitor(app).post("/api/verification/confirm", body).await.expect(200);
}

async fn confirm(app: &TestApp, body: Value) -> Answer {
    Visitor::new(app).with("origin", app.origin()).post("/api/login/code/confirm", body).await
}

async fn poll(app: &TestApp, request: &str) -> Answer {
    Visitor::new(app).post("/api/login/code/poll", json!({"request": request, "session": "token"})).await
}

#[tokio::test]
async fn a_code_or_a_link_opens_one_session_in_each_mode() {
    for mode in MODES {
        let app = app().await;
        proven(&app).await;
        let (request, _, mail) = asked(&app).await;
        let by_code = json!({"request": request, "code": mail["code"], "session": mode});
        let entered = confirm(&app, by_code.clone()).await;
        entered.expect(200);
        assert_eq!(entered.json()["user"]["email"], ADA);
        entered.session(mode, &app).get("/api/user").await.expect(200);
        confirm(&app, by_code).await.refused(410, "challenge_spent");
        confirm(&app, json!({"token": token_of(&mail)})).await.refused(410, "challenge_spent");
        let (_, _, mail) = asked(&app).await;
        let entered = confirm(&app, json!({"token": token_of(&mail), "session": mode})).await;
        entered.expect(200);
        // Asked for without a device that is known, so its owner is told of it.
        assert!(kinds(&app).await.contains(&"login_code".to_owned()));
    }
}

#[tokio::test]
async fn every_address_is_answered_alike() {
    let app = app().await;
    proven(&app).await;
    let ask = async |email: &str| Visitor::new(&app).post("/api/login/code", json!({"email": email})).await;
    // What was asked for first is opened first: when the mail is there, both are.
    let unknown = ask("nobody@example.com").await;
    app.clock.advance(std::time::Duration::from_millis(1));
    let known = ask(ADA).await;
    for answer in [&known, &unknown] {
        answer.expect(202);
        let number: u8 = answer.json()["number"].as_str().unwrap().parse().unwrap();
        assert!((10..100).contains(&number));
    }
    assert_eq!(known.json()["message"], unknown.json()["message"]);
    mail_after(&app, &format!("{ADA}&kind=login_code"), 0).await;
    for answer in [&known, &unknown] {
        let request = answer.json()["request"].as_str().unwrap().to_owned();
        poll(&app, &request).await.expect(202);
        let wrong = confirm(&app, json!({"request": request, "code": "00000000"})).await;
        wrong.refused(422, "invalid_fields");
        assert_eq!(wrong.json()["fields"]["code"]["code"], "code_wrong");
    }
}

#[tokio::test]
async fn the_device_that_asked_is_let_in_by_its_number_alone() {
    let app = app().await;
    proven(&app).await;
    let (request, number, mail) = asked(&app).await;
    poll(&app, &request).await.expect(202);
    let page = Visitor::new(&app).get(&path_of(&mail)).await;
    page.expect(200);
    assert_eq!(page.text.matches("type=\"radio\"").count(), 4, "{}", page.text);
    assert!(page.text.contains(ADA) && page.text.contains(&format!("value=\"{number}\"")), "{}", page.text);
    let done = post(&app, &mail, &[("choice", &number)]).await;
    done.expect(200);
    assert!(done.headers.get("set-cookie").is_none(), "nobody is let in where the mail is read");
    let entered = poll(&app, &request).await;
    entered.expect(200);
    entered.session("token", &app).get("/api/user").await.expect(200);
    app.clock.advance(std::time::Duration::from_secs(61));
    poll(&app, &request).await.refused(410, "challenge_spent");
}

#[tokio::test]
async fn a_wrong_number_lets_nobody_in() {
    let app = app().await;
    proven(&app).await;
    let (request, number, mail) = asked(&app).await;
    let page = Visitor::new(&app).get(&path_of(&mail)).await;
    let values: Vec<String> =
        page.text.split("name=\"choice\" value=\"").skip(1).map(|rest| rest[..2].to_owned()).collect();
    let wrong = values.iter().find(|value| **value != number && *value != "he").unwrap();
    // One that was not offered is no choice.
    for other in ["0", "HERE", "100"] {
        post(&app, &mail, &[("choice", other)]).await.expect(422);
    }
    let answer = post(&app, &mail, &[("choice", wrong)]).await;
    answer.expect(200);
    assert!(answer.text.contains("shows another number"), "{}", answer.text);
    // Neither the right one afterwards, nor the link, nor the code.
    Visitor::new(&app).get(&path_of(&mail)).await.expect(410);
    confirm(&app, json!({"request": request, "code": mail["code"]})).await.refused(410, "challenge_spent");
    app.clock.advance(std::time::Duration::from_secs(61));
    poll(&app, &request).await.refused(410, "challenge_spent");
}

#[tokio::test]
async fn the_link_logs_in_where_it_is_opened() {
    let app = app().await;
    proven(&app).await;
    let (_, _, mail) = asked(&app).await;
    // Looks of scanners, and a post of one that chooses nothing.
    for method in ["GET", "HEAD", "OPTIONS"] {
        Visitor::new(&app).request(method, &path_of(&mail), None).await;
    }
    post(&app, &mail, &[]).await.expect(400);
    let entered = post(&app, &mail, &[("choice", "here")]).await;
    entered.expect(303);
    let cookie = entered.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    Visitor::new(&app).with("cookie", &cookie).get("/api/user").await.expect(200);
    Visitor::new(&app).get(&path_of(&mail)).await.expect(410);
}

#[tokio::test]
async fn whoever_signed_up_with_anothers_address_has_nothing_of_the_owners_login() {
    let app = app().await;
    let attacker = sign_up(&app, "token").await;
    let (request, _, mail) = asked(&app).await;
    let by_code = json!({"request": request, "code": mail["code"], "session": "token"});
    let refused = confirm(&app, by_code.clone()).await;
    refused.refused(422, "invalid_fields");
    assert_eq!(refused.json()["fields"]["password"]["code"], "required");
    // The page asks for a password or a new one, and lets no device in by a number.
    let page = Visitor::new(&app).get(&path_of(&mail)).await;
    assert!(!page.text.contains("type=\"radio\"") && page.text.matches("type=\"password\"").count() == 2);
    let with = |name: &str, value: &str| {
        let mut body = by_code.clone();
        body[name] = json!(value);
        body
    };
    confirm(&app, with("password", "a guess of one")).await.refused(401, "invalid_credentials");
    let entered = confirm(&app, with("newPassword", NEW)).await;
    entered.expect(200);
    assert_eq!(entered.json()["user"]["emailVerified"], true);
    attacker.visitor(&app).get("/api/user").await.refused(401, "session_ended");
    let login = json!({"email": ADA, "password": PASSWORD});
    Visitor::new(&app).post("/api/login", login).await.refused(401, "invalid_credentials");
}

#[tokio::test]
async fn a_customer_who_knows_the_password_keeps_it() {
    let app = app().await;
    let other_device = sign_up(&app, "token").await;
    let (_, _, mail) = asked(&app).await;
    let body = json!({"token": token_of(&mail), "password": PASSWORD, "session": "token"});
    let entered = confirm(&app, body).await;
    entered.expect(200);
    assert_eq!(entered.json()["user"]["emailVerified"], true);
    other_device.visitor(&app).get("/api/user").await.expect(200);
}

#[tokio::test]
async fn of_fifty_uses_at_once_one_is_let_in() {
    let app = TestApp::with(&[SETTINGS, &[("limits.code_per_network", "1000 in 1m")]].concat()).await;
    proven(&app).await;
    let (request, _, mail) = asked(&app).await;
    let page = opened(&app, &mail).await;
    let uses: Vec<_> = (0..50)
        .map(|number| {
            let (app, mail, request, page) = (app.clone(), mail.clone(), request.clone(), page.clone());
            tokio::spawn(async move {
                match number % 3 {
                    0 => post_opened(&app, &mail, &page, &[("choice", "here")]).await.status,
                    1 => confirm(&app, json!({"token": token_of(&mail)})).await.status,
                    _ => confirm(&app, json!({"request": request, "code": mail["code"]})).await.status,
                }
            })
        })
        .collect();
    let mut entered = 0;
    for used in uses {
        match used.await.unwrap() {
            200 | 303 => entered += 1,
            status => assert_eq!(status, 410),
        }
    }
    assert_eq!(entered, 1);
}

#[tokio::test]
async fn a_shop_may_do_without() {
    let app = TestApp::with(&[SETTINGS, &[("login.code", "false")]].concat()).await;
    assert_eq!(app.get("/api/policy").await.json()["login"]["code"], false);
    Visitor::new(&app).post("/api/login/code", json!({"email": ADA})).await.refused(404, "not_found");
    confirm(&app, json!({"token": "ds_link_x"})).await.refused(404, "not_found");
    poll(&app, "ds_request_x").await.refused(404, "not_found");
}
