//! Whose address it is, and that nobody else's account becomes theirs by it.

use doorstep_testkit::app::TestApp;
use serde_json::{Value, json};

use crate::mails::{NEW, mail, mail_after, token_of};
use crate::support::{Carried, PASSWORD, SETTINGS, Visitor, app, sign_up, sign_up_as};

const ADA: &str = "ada@example.com";

/// The request and the mail.
async fn asked(app: &TestApp, who: &Carried, after: u64) -> (String, Value) {
    let answer = who.visitor(app).post_nothing("/api/verification").await;
    answer.expect(202);
    (answer.json()["request"].as_str().unwrap().to_owned(), mail_after(app, ADA, after).await)
}

async fn is_verified(app: &TestApp) -> bool {
    app.users().find(ADA).await.unwrap().email_verified_at.is_some()
}

#[tokio::test]
async fn a_code_verifies_in_the_session_that_asked() {
    for mode in ["cookie", "token", "jwt"] {
        let app = app().await;
        let ada = sign_up(&app, mode).await;
        let (request, mail) = asked(&app, &ada, 0).await;
        assert_eq!(mail["kind"], "verify_address");
        let body = json!({"request": request, "code": mail["code"]});
        let visitor = ada.visitor(&app);
        visitor.post("/api/verification/confirm", body.clone()).await.expect(200);
        let user = visitor.get("/api/user").await;
        assert_eq!((&user.json()["emailVerified"], user.header("etag")), (&json!(true), Some("\"2\"")));
        visitor.post("/api/verification/confirm", body).await.refused(410, "challenge_spent");
        // What is proven is not asked for again.
        visitor.post_nothing("/api/verification").await.expect(202);
        let none = app.get("/_dev/mailbox/latest?after=1&wait=1").await;
        assert_eq!(none.status, 404);
    }
}

#[tokio::test]
async fn a_mail_alone_verifies_nothing() {
    let app = app().await;
    let ada = sign_up(&app, "token").await;
    let bob = sign_up_as(&app, "bob@example.com", "token").await;
    let (_, mail) = asked(&app, &ada, 0).await;
    let link = json!({"token": token_of(&mail)});
    Visitor::new(&app).post("/api/verification/confirm", link.clone()).await.refused(400, "missing_fields");
    bob.visitor(&app)
        .post("/api/verification/confirm", link.clone())
        .await
        .refused(401, "invalid_credentials");
    let with = |password: &str| json!({"token": token_of(&mail), "password": password});
    Visitor::new(&app)
        .post("/api/verification/confirm", with("wrong"))
        .await
        .refused(401, "invalid_credentials");
    assert!(!is_verified(&app).await);
    Visitor::new(&app).post("/api/verification/confirm", with(PASSWORD)).await.expect(200);
    assert!(is_verified(&app).await);
    ada.visitor(&app).get("/api/user").await.expect(200);
}

#[tokio::test]
async fn guesses_behind_a_link_are_counted_as_logins_are() {
    let app = TestApp::with(&[SETTINGS, &[("limits.login_per_account", "2 in 10m")]].concat()).await;
    let ada = sign_up(&app, "token").await;
    let (_, mail) = asked(&app, &ada, 0).await;
    let guess = json!({"token": token_of(&mail), "password": "a guess"});
    for status in [401, 401, 429] {
        Visitor::new(&app).post("/api/verification/confirm", guess.clone()).await.expect(status);
    }
}

#[tokio::test]
async fn whoever_signed_up_with_anothers_address_has_nothing_of_it() {
    let app = app().await;
    let attacker = sign_up(&app, "token").await;
    let (request, mail) = asked(&app, &attacker, 0).await;
    // The victim does not know the password, and chooses one.
    let body = json!({"token": token_of(&mail), "newPassword": NEW});
    Visitor::new(&app).post("/api/verification/confirm", body).await.expect(200);
    assert!(is_verified(&app).await);
    attacker.visitor(&app).get("/api/user").await.refused(401, "session_ended");
    let login = |password: &str| json!({"email": ADA, "password": password});
    Visitor::new(&app).post("/api/login", login(PASSWORD)).await.refused(401, "invalid_credentials");
    Visitor::new(&app).post("/api/login", login(NEW)).await.expect(200);
    let code = json!({"request": request, "code": mail["code"], "newPassword": PASSWORD});
    Visitor::new(&app).post("/api/verification/confirm", code).await.refused(410, "challenge_spent");
}

#[tokio::test]
async fn a_verification_recovers_nothing() {
    let app = app().await;
    let ada = sign_up(&app, "token").await;
    let (request, _) = asked(&app, &ada, 0).await;
    let mail = mail(&app, ADA).await;
    for body in [
        json!({"token": token_of(&mail), "newPassword": NEW}),
        json!({"request": request, "code": mail["code"], "newPassword": NEW}),
    ] {
        Visitor::new(&app).post("/api/recovery/confirm", body).await.refused(410, "challenge_spent");
    }
    ada.visitor(&app).get("/api/user").await.expect(200);
}
