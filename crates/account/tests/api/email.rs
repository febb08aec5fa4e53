//! Another address, and the former one again.

use std::time::Duration;

use doorstep_testkit::app::TestApp;
use serde_json::{Value, json};

use crate::links::post;
use crate::mails::{NEW, kinds, mail, mail_after, path_of, token_of};
use crate::support::{Answer, Carried, PASSWORD, Visitor, app, sign_up, sign_up_as};

const ADA: &str = "ada@example.com";
const NEXT: &str = "ada@lovelace.example";
/// A week, and a little more than sending may take.
const WEEK: Duration = Duration::from_secs(7 * 86_400 + 3601);

async fn ask(app: &TestApp, who: &Carried, email: &str) -> Answer {
    let body = json!({"newEmail": email, "password": PASSWORD});
    who.visitor(app).post("/api/user/email", body).await
}

/// The request, and the mail to the new address.
async fn asked(app: &TestApp, who: &Carried, email: &str) -> (String, Value) {
    let answer = ask(app, who, email).await;
    answer.expect(202);
    let request = answer.json()["request"].as_str().unwrap().to_owned();
    (request, mail_after(app, &format!("{email}&kind=confirm_address"), 0).await)
}

/// A customer whose address is proven.
async fn proven(app: &TestApp) -> Carried {
    let ada = sign_up(app, "token").await;
    ada.visitor(app).post_nothing("/api/verification").await.expect(202);
    let body = json!({"token": token_of(&mail(app, ADA).await)});
    ada.visitor(app).post("/api/verification/confirm", body).await.expect(200);
    ada
}

/// Changes the address; the mail to the former one.
async fn changed(app: &TestApp, who: &Carried, email: &str) -> Value {
    let (request, mail) = asked(app, who, email).await;
    let body = json!({"request": request, "code": mail["code"]});
    who.visitor(app).post("/api/user/email/confirm", body).await.expect(200);
    mail_after(app, &format!("{ADA}&kind=address_changed"), 0).await
}

async fn address(app: &TestApp, who: &Carried) -> String {
    who.visitor(app).get("/api/user").await.json()["email"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_new_address_confirms_and_the_former_one_is_told() {
    let app = app().await;
    let ada = proven(&app).await;
    let (request, mail) = asked(&app, &ada, NEXT).await;
    assert_eq!(address(&app, &ada).await, ADA, "until it is confirmed");
    let body = json!({"request": request, "code": mail["code"]});
    ada.visitor(&app).post("/api/user/email/confirm", body.clone()).await.expect(200);
    let user = ada.visitor(&app).get("/api/user").await.json();
    assert_eq!((&user["email"], &user["emailVerified"]), (&json!(NEXT), &json!(true)));
    ada.visitor(&app).post("/api/user/email/confirm", body).await.refused(410, "challenge_spent");
    let told = mail_after(&app, &format!("{ADA}&kind=address_changed"), 0).await;
    let text = told["text"].as_str().unwrap();
    assert!(text.contains(NEXT) && text.contains("The link expires in 7 days."), "{told}");
    assert!(path_of(&told).starts_with("/links/undo?token=ds_link_"));
    let log_in = async |email: &str| {
        Visitor::new(&app).post("/api/login", json!({"email": email, "password": PASSWORD})).await
    };
    log_in(ADA).await.refused(401, "invalid_credentials");
    log_in(NEXT).await.expect(200);
}

#[tokio::test]
async fn a_change_needs_the_password_and_another_address() {
    let app = app().await;
    let ada = sign_up(&app, "token").await;
    let ask = async |email: &str, password: &str| {
        let body = json!({"newEmail": email, "password": password});
        ada.visitor(&app).post("/api/user/email", body).await
    };
    ask(NEXT, "a guess").await.refused(401, "invalid_credentials");
    let same = ask("Ada@Example.com", PASSWORD).await;
    same.refused(422, "invalid_fields");
    assert_eq!(same.json()["fields"]["newEmail"]["code"], "email_unchanged");
    ask("nonsense", PASSWORD).await.refused(422, "invalid_fields");
    ask("eve@evil.example\r\nBcc: x@y.example", PASSWORD).await.refused(422, "invalid_fields");
    ask("a@b.example,c@d.example", PASSWORD).await.refused(422, "invalid_fields");
    Visitor::new(&app)
        .post("/api/user/email", json!({"newEmail": NEXT, "password": PASSWORD}))
        .await
        .refused(401, "no_session");
    assert_eq!(kinds(&app).await, [] as [&str; 0]);
}

#[tokio::test]
async fn whoever_reads_the_mail_of_a_mistyped_address_gets_nothing() {
    let app = app().await;
    let ada = sign_up(&app, "token").await;
    let bob = sign_up_as(&app, "bob@example.com", "token").await;
    let (_, mail) = asked(&app, &ada, NEXT).await;
    let link = json!({"token": token_of(&mail)});
    let confirm = async |who: Visitor, body: Value| who.post("/api/user/email/confirm", body).await;
    confirm(Visitor::new(&app), link.clone()).await.refused(400, "missing_fields");
    confirm(bob.visitor(&app), link.clone()).await.refused(401, "invalid_credentials");
    let with = |password: &str| json!({"token": token_of(&mail), "password": password});
    confirm(Visitor::new(&app), with("a guess")).await.refused(401, "invalid_credentials");
    confirm(Visitor::new(&app), json!({"token": token_of(&mail), "newPassword": NEW})).await.expect(400);
    assert_eq!(address(&app, &ada).await, ADA);
    // The customer on another device.
    confirm(Visitor::new(&app), with(PASSWORD)).await.expect(200);
    assert_eq!(address(&app, &ada).await, NEXT);
    // Nobody had proven the former address: it has no say.
    assert!(!kinds(&app).await.contains(&"address_changed".to_owned()));
}

#[tokio::test]
async fn an_address_of_somebody_else_is_told_to_its_owner_alone() {
    let app = app().await;
    let ada = sign_up(&app, "token").await;
    sign_up_as(&app, "bob@example.com", "token").await;
    let (taken, free) = (ask(&app, &ada, "bob@example.com").await, ask(&app, &ada, NEXT).await);
    assert_eq!((taken.status, &taken.json()["message"]), (202, &free.json()["message"]));
    let told = mail(&app, "bob@example.com").await;
    assert_eq!((&told["kind"], &told["code"]), (&json!("already_registered"), &Value::Null));
    assert!(told["link"].as_str().unwrap().ends_with("/login/"), "{told}");
    // One that is taken between the mail and its use.
    let (request, mail) = asked(&app, &ada, "carol@example.com").await;
    sign_up_as(&app, "carol@example.com", "token").await;
    let body = json!({"request": request, "code": mail["code"]});
    ada.visitor(&app).post("/api/user/email/confirm", body).await.refused(409, "email_taken");
    assert_eq!(address(&app, &ada).await, ADA);
}

#[tokio::test]
async fn the_former_address_takes_the_change_back_for_a_week() {
    let app = app().await;
    let ada = proven(&app).await;
    let notice = changed(&app, &ada, NEXT).await;
    // Whoever has the password changes it too: what went to the former address stays good.
    let form = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    let thief = ada.visitor(&app).post("/api/user/password", form).await.session("token", &app);
    // Nobody takes the address meanwhile.
    let squat = json!({"name": "Eve", "email": ADA, "password": PASSWORD});
    Visitor::new(&app).post("/api/signup", squat.clone()).await.refused(409, "email_taken");
    app.clock.advance(Duration::from_secs(6 * 86_400));
    // What presses every button ticks no box, and gets the form again.
    let unticked = post(&app, &notice, &[]).await;
    unticked.expect(400);
    assert!(unticked.text.contains("name=\"token\""), "{}", unticked.text);
    let done = post(&app, &notice, &[("notMe", "true")]).await;
    done.expect(200);
    assert!(done.text.contains("has its former address again"), "{}", done.text);
    thief.get("/api/user").await.refused(401, "session_ended");
    // Whoever has the address that it left is told, and gets nothing to act with.
    let left = mail_after(&app, &format!("{NEXT}&kind=address_restored"), 0).await;
    assert!(left["link"].as_str().unwrap().ends_with("/login/"), "{left}");
    let recovery = mail_after(&app, &format!("{ADA}&kind=recovery"), 0).await;
    let body = json!({"token": token_of(&recovery), "newPassword": "the owner's own pass phrase"});
    Visitor::new(&app).post("/api/recovery/confirm", body).await.expect(200);
    let login = json!({"email": ADA, "password": "the owner's own pass phrase"});
    Visitor::new(&app).post("/api/login", login).await.expect(200);
    let again = json!({"token": token_of(&notice)});
    Visitor::new(&app).post("/api/user/email/undo", again).await.refused(410, "challenge_spent");
}

#[tokio::test]
async fn after_a_week_a_change_stays() {
    let app = app().await;
    let ada = proven(&app).await;
    let notice = changed(&app, &ada, NEXT).await;
    app.clock.advance(WEEK);
    let body = json!({"token": token_of(&notice)});
    Visitor::new(&app).post("/api/user/email/undo", body).await.refused(410, "challenge_spent");
    Visitor::new(&app).get(&path_of(&notice)).await.expect(410);
    // And the address is free.
    sign_up(&app, "token").await;
}

#[tokio::test]
async fn the_page_of_the_new_address_asks_whom_it_does_not_know() {
    let app = app().await;
    let ada = sign_up(&app, "cookie").await;
    let (_, mail) = asked(&app, &ada, NEXT).await;
    let page = ada.visitor(&app).get(&path_of(&mail)).await;
    assert!(page.text.contains(NEXT) && !page.text.contains("type=\"password\""), "{}", page.text);
    let elsewhere = Visitor::new(&app).get(&path_of(&mail)).await;
    assert_eq!(elsewhere.text.matches("type=\"password\"").count(), 1, "{}", elsewhere.text);
    post(&app, &mail, &[("password", "a guess")]).await.expect(401);
    post(&app, &mail, &[("password", PASSWORD)]).await.expect(200);
    assert_eq!(address(&app, &ada).await, NEXT);
}

#[tokio::test]
async fn a_mail_to_the_present_address_stands_for_the_password() {
    let app = app().await;
    let ada = proven(&app).await;
    let bob = sign_up_as(&app, "bob@example.com", "token").await;
    let code = Visitor::new(&app).post("/api/login/code", json!({"email": ADA})).await;
    let request = code.json()["request"].as_str().unwrap().to_owned();
    let mail = mail_after(&app, &format!("{ADA}&kind=login_code"), 0).await;
    let with = |code: &Value| json!({"newEmail": NEXT, "request": request, "code": code});
    let ask = async |who: &Carried, body: Value| who.visitor(&app).post("/api/user/email", body).await;
    ask(&ada, json!({"newEmail": NEXT})).await.refused(400, "missing_fields");
    let wrong = ask(&ada, with(&json!("00000000"))).await;
    wrong.refused(422, "invalid_fields");
    assert_eq!(wrong.json()["fields"]["code"]["code"], "code_wrong");
    ask(&bob, with(&mail["code"])).await.refused(401, "invalid_credentials");
    ask(&ada, with(&mail["code"])).await.expect(202);
    ask(&ada, with(&mail["code"])).await.refused(410, "challenge_spent");
    mail_after(&app, &format!("{NEXT}&kind=confirm_address"), 0).await;
}

#[tokio::test]
async fn whoever_had_the_account_in_between_gets_it_no_more() {
    let app = app().await;
    let ada = proven(&app).await;
    // The thief knows the password.
    let notice = changed(&app, &ada, NEXT).await;
    // The owner, who is signed in, goes back by the settings.
    let (request, mail) = asked(&app, &ada, ADA).await;
    let body = json!({"request": request, "code": mail["code"]});
    ada.visitor(&app).post("/api/user/email/confirm", body).await.expect(200);
    assert_eq!(address(&app, &ada).await, ADA);
    let to_thief = app.get(&format!("/_dev/mailbox/latest?to={NEXT}&kind=address_changed&wait=2")).await;
    assert_eq!(to_thief.status, 404, "{}", to_thief.text());
    // And may still say that it was not them.
    let thief = Visitor::new(&app).post("/api/login", json!({"email": ADA, "password": PASSWORD})).await;
    let thief = thief.session("jwt", &app);
    post(&app, &notice, &[("notMe", "true")]).await.expect(200);
    thief.get("/api/user").await.refused(401, "session_ended");
}

#[tokio::test]
async fn mails_that_lead_nowhere_take_none_of_those_that_let_the_owner_in() {
    let app = app().await;
    let ada = proven(&app).await;
    let bob = sign_up_as(&app, "bob@example.com", "token").await;
    for _ in 0..6 {
        Visitor::new(&app).post("/api/verification", json!({"email": ADA})).await;
        ask(&app, &bob, ADA).await;
    }
    ask(&app, &bob, ADA).await.refused(429, "rate_limited");
    for path in ["/api/recovery", "/api/login/code"] {
        Visitor::new(&app).post(path, json!({"email": ADA})).await.expect(202);
    }
    // Nor those that tell of a theft.
    let form = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    ada.visitor(&app).post("/api/user/password", form).await.expect(200);
    mail_after(&app, &format!("{ADA}&kind=password_changed"), 0).await;
}
