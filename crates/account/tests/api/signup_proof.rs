//! Sign-up where the address has to be proven: after it, or before anybody logs in.

use doorstep_testkit::app::{Setting, TestApp};
use serde_json::{Value, json};

use crate::mails::{NEW, kinds, mail, mail_after, token_of};
use crate::support::{Answer, PASSWORD, SETTINGS, Visitor, form};

const ADA: &str = "ada@example.com";

async fn with(verification: &'static str) -> TestApp {
    let setting: &[Setting] = &[("signup.verification", verification)];
    TestApp::with(&[SETTINGS, setting].concat()).await
}

async fn sign_up(app: &TestApp, password: &str) -> Answer {
    let body = json!({"name": "Ada", "email": ADA, "password": password});
    Visitor::new(app).post("/api/signup", body).await
}

async fn log_in(app: &TestApp, password: &str) -> Answer {
    Visitor::new(app).post("/api/login", json!({"email": ADA, "password": password})).await
}

async fn confirm(app: &TestApp, body: Value) -> Answer {
    Visitor::new(app).post("/api/verification/confirm", body).await
}

fn request_of(answer: &Answer) -> String {
    answer.json()["request"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn after_sign_up_a_mail_asks_and_the_account_can_be_used() {
    let app = with("after").await;
    assert_eq!(app.get("/api/policy").await.json()["signup"]["verification"], "after");
    let signed_up = sign_up(&app, PASSWORD).await;
    signed_up.expect(201);
    let mail = mail(&app, ADA).await;
    assert_eq!(mail["kind"], "verify_address");
    let ada = signed_up.session("jwt", &app);
    assert_eq!(ada.get("/api/user").await.json()["emailVerified"], false);
    ada.post("/api/verification/confirm", json!({"token": token_of(&mail)})).await.expect(200);
    assert_eq!(ada.get("/api/user").await.json()["emailVerified"], true);
}

#[tokio::test]
async fn before_anybody_logs_in_the_address_is_proven() {
    let app = with("before").await;
    let signed_up = sign_up(&app, PASSWORD).await;
    signed_up.expect(202);
    assert!(signed_up.json().get("token").is_none() && signed_up.headers.get("set-cookie").is_none());
    // Else a sign-up and a login would tell who is a customer.
    for password in ["a guess", PASSWORD] {
        let refused = log_in(&app, password).await;
        refused.refused(401, "invalid_credentials");
        assert!(refused.text.contains("or the address is not confirmed yet"), "{}", refused.text);
    }
    let (request, mail) = (request_of(&signed_up), mail(&app, ADA).await);
    // A code says that the mail was read; whose account it is says the password.
    confirm(&app, json!({"request": request, "code": mail["code"]})).await.refused(400, "missing_fields");
    let body = json!({"request": request, "code": mail["code"], "password": PASSWORD});
    confirm(&app, body).await.expect(200);
    log_in(&app, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_registered_address_is_told_to_its_owner_and_to_nobody_else() {
    let app = with("before").await;
    let first = sign_up(&app, PASSWORD).await;
    let verify = mail(&app, ADA).await;
    let body = json!({"request": request_of(&first), "code": verify["code"], "password": PASSWORD});
    confirm(&app, body).await.expect(200);
    let again = sign_up(&app, NEW).await;
    again.expect(202);
    assert_eq!(again.json()["message"], first.json()["message"]);
    let told = mail_after(&app, &format!("{ADA}&kind=already_registered"), 0).await;
    assert_eq!(told["code"], Value::Null);
    // The second one's password is nobody's, and its request opens nothing.
    log_in(&app, NEW).await.refused(401, "invalid_credentials");
    let guess = json!({"request": request_of(&again), "code": "00000000", "password": PASSWORD});
    confirm(&app, guess).await.refused(422, "invalid_fields");
    log_in(&app, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn whoever_was_faster_with_anothers_address_has_nothing_of_it() {
    let app = with("before").await;
    sign_up(&app, "the attacker's pass phrase").await.expect(202);
    mail(&app, ADA).await;
    let owner = sign_up(&app, PASSWORD).await;
    owner.expect(202);
    let second = mail_after(&app, ADA, 1).await;
    assert_eq!(second["kind"], "verify_address");
    // The code of the owner's mail does not prove an account with the attacker's password: the owner's takes its place.
    let code = |name: &str| json!({"request": request_of(&owner), "code": second["code"], name: PASSWORD});
    confirm(&app, code("password")).await.refused(401, "invalid_credentials");
    confirm(&app, code("newPassword")).await.expect(200);
    assert_eq!(kinds(&app).await, ["verify_address", "verify_address"], "nobody is told of a recovery");
    log_in(&app, PASSWORD).await.expect(200);
    log_in(&app, "the attacker's pass phrase").await.refused(401, "invalid_credentials");
}

#[tokio::test]
async fn a_visitor_asks_for_the_mail_once_more() {
    let app = with("before").await;
    sign_up(&app, PASSWORD).await.expect(202);
    mail(&app, ADA).await;
    let ask = async |email: &str| Visitor::new(&app).post("/api/verification", json!({"email": email})).await;
    let (known, unknown) = (ask(ADA).await, ask("nobody@example.com").await);
    assert_eq!((known.status, &known.json()["message"]), (202, &unknown.json()["message"]));
    let second = mail_after(&app, ADA, 1).await;
    let body = json!({"request": request_of(&known), "code": second["code"], "password": PASSWORD});
    confirm(&app, body).await.expect(200);
    // Whoever shows a session that is over names the address too.
    let over = Visitor::new(&app).bearer("ds_token_x");
    over.post("/api/verification", json!({"email": ADA})).await.expect(202);
    Visitor::new(&app).post_nothing("/api/verification").await.refused(401, "no_session");
    Visitor::new(&app).post("/api/verification", json!({})).await.refused(400, "missing_fields");
    Visitor::new(&app).bearer("ds_token_x").post_nothing("/api/verification").await.expect(401);
}

#[tokio::test]
async fn an_address_that_has_had_enough_mails_is_told_so_registered_or_not() {
    let setting: &[Setting] = &[("signup.verification", "before"), ("limits.mail_per_address", "2 in 1h")];
    let app = TestApp::with(&[SETTINGS, setting].concat()).await;
    for status in [202, 202, 429] {
        sign_up(&app, PASSWORD).await.expect(status);
    }
}

#[tokio::test]
async fn a_browser_without_scripts_is_told_to_look_for_the_mail() {
    let app = with("before").await;
    let browser = Visitor::new(&app).with("origin", app.origin()).with("accept", "text/html");
    let answer = browser.form("/api/signup", &form()).await;
    answer.expect(200);
    assert!(answer.text.contains("Almost done"), "{}", answer.text);
    mail(&app, ADA).await;
    assert_eq!(kinds(&app).await, ["verify_address"]);
}

#[tokio::test]
async fn accounts_that_come_and_go_send_one_address_no_more_mails_than_others() {
    let setting: &[Setting] = &[("signup.verification", "after"), ("limits.mail_per_address", "2 in 1h")];
    let app = TestApp::with(&[SETTINGS, setting].concat()).await;
    for _ in 0..4 {
        let signed_up = sign_up(&app, PASSWORD).await;
        signed_up.expect(201);
        let gone = signed_up.session("jwt", &app);
        mail(&app, ADA).await;
        gone.delete_with("/api/user", json!({"currentPassword": PASSWORD})).await.expect(204);
    }
    assert_eq!(kinds(&app).await, ["verify_address", "verify_address"]);
}
