//! What the mailbox of dev mode holds, for tests that need a mail; and which mails are sent at all.

use std::time::Duration;

use doorstep_base::Clock as _;
use doorstep_testkit::app::{PRODUCTION, Setting, TestApp};
use serde_json::{Value, json};

use crate::support::{PASSWORD, SETTINGS, Visitor, app, sign_up, sign_up_as};

pub const NEW: &str = "another long pass phrase";
const DAY: Duration = Duration::from_secs(86_400);
/// Longer than a mail takes that is sent.
const PATIENCE: u64 = 20;

/// The newest mail to this address after the one with this number.
pub async fn mail_after(app: &TestApp, to: &str, after: u64) -> Value {
    let answer = app.get(&format!("/_dev/mailbox/latest?to={to}&after={after}&wait={PATIENCE}")).await;
    assert_eq!(answer.status, 200, "no mail to {to}: {}", answer.text());
    answer.json()
}

pub async fn mail(app: &TestApp, to: &str) -> Value {
    mail_after(app, to, 0).await
}

/// The kinds of all mails so far, oldest first.
pub async fn kinds(app: &TestApp) -> Vec<String> {
    let list = app.call("GET", "/_dev/data/mails").header("doorstep-console", "1").send().await.json();
    let kind = |mail: &Value| mail["kind"].as_str().unwrap().to_owned();
    list["mails"].as_array().unwrap().iter().rev().map(kind).collect()
}

/// Asks for a mail, and gives the request and the mail.
pub async fn asked(app: &TestApp, email: &str) -> (String, Value) {
    let of_kind = format!("{email}&kind=recovery");
    let before = app.get(&format!("/_dev/mailbox/latest?to={of_kind}&wait=0")).await;
    let after = if before.status == 200 { before.json()["number"].as_u64().unwrap() } else { 0 };
    let answer = Visitor::new(app).post("/api/recovery", json!({"email": email})).await;
    answer.expect(202);
    (answer.json()["request"].as_str().unwrap().to_owned(), mail_after(app, &of_kind, after).await)
}

/// A part of a link.
pub fn path_of(mail: &Value) -> String {
    let link = mail["link"].as_str().unwrap();
    let path = link.split_once("://").unwrap().1;
    path[path.find('/').unwrap()..].to_owned()
}

pub fn token_of(mail: &Value) -> String {
    path_of(mail).split_once("token=").unwrap().1.to_owned()
}

async fn with(more: &[Setting]) -> TestApp {
    TestApp::with(&[SETTINGS, more].concat()).await
}

#[tokio::test]
async fn a_mail_is_in_the_language_of_the_customer_or_else_of_whoever_asks() {
    let app = app().await;
    let ada = sign_up(&app, "token").await;
    let german = Visitor::new(&app).with("accept-language", "de-AT");
    german.post("/api/recovery", json!({"email": "ada@example.com"})).await.expect(202);
    let first = mail(&app, "ada@example.com").await;
    assert_eq!(first["language"], "de");
    ada.visitor(&app).patch("/api/user", json!({"locale": "ar-EG"})).await.expect(200);
    german.post("/api/recovery", json!({"email": "ada@example.com"})).await.expect(202);
    let second = mail_after(&app, "ada@example.com", first["number"].as_u64().unwrap()).await;
    assert_eq!((&second["language"], &second["remarks"]), (&json!("ar"), &json!([])));
}

#[tokio::test]
async fn links_lead_to_the_configured_address_whatever_a_request_says() {
    let app = with(&[("server.public_url", "http://shop.test:8080")]).await;
    sign_up(&app, "token").await;
    let liar = Visitor::new(&app)
        .with("host", "shop.test:8080")
        .with("x-forwarded-host", "evil.example")
        .with("origin", "https://evil.example")
        .with("forwarded", "host=evil.example");
    liar.post("/api/recovery", json!({"email": "ada@example.com"})).await.expect(202);
    let mail = mail(&app, "ada@example.com").await;
    assert!(
        mail["link"].as_str().unwrap().starts_with("http://shop.test:8080/links/recover?token="),
        "{mail}"
    );
    assert!(!mail["text"].as_str().unwrap().contains("evil"), "{mail}");
}

#[tokio::test]
async fn a_new_password_is_told_to_its_owner() {
    let app = app().await;
    let ada = sign_up(&app, "token").await;
    let form = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    ada.visitor(&app).post("/api/user/password", form).await.expect(200);
    let told = mail(&app, "ada@example.com").await;
    assert_eq!((&told["kind"], &told["code"]), (&json!("password_changed"), &Value::Null));
    assert!(path_of(&told).starts_with("/links/secure?token=ds_notice_"));
}

#[tokio::test]
async fn a_login_from_somewhere_new_is_told_and_one_from_a_known_device_is_not() {
    const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let app = app().await;
    let device = sign_up(&app, "token").await.device().to_owned();
    let nobody_yet = json!({"email": "ada@example.com", "password": PASSWORD});
    Visitor::new(&app).with("user-agent", BROWSER).post("/api/login", nobody_yet).await.expect(200);
    sent(&app).await;
    verified(&app).await;
    let log_in = async |body: Value| {
        Visitor::new(&app).with("user-agent", BROWSER).post("/api/login", body).await.expect(200);
    };
    log_in(json!({"email": "ada@example.com", "password": PASSWORD, "deviceToken": device})).await;
    log_in(json!({"email": "ada@example.com", "password": PASSWORD})).await;
    let told = mail(&app, "ada@example.com").await;
    assert_eq!(told["kind"], "new_device");
    assert!(told["text"].as_str().unwrap().contains("Firefox on Linux"), "{told}");
    Visitor::new(&app)
        .with("user-agent", "curl/8.1")
        .post("/api/login", json!({"email": "ada@example.com", "password": PASSWORD}))
        .await
        .expect(200);
    let second = mail_after(&app, "ada@example.com", told["number"].as_u64().unwrap()).await;
    assert!(second["text"].as_str().unwrap().contains("curl/8.1"), "{second}");
    for _ in 0..6 {
        log_in(json!({"email": "ada@example.com", "password": PASSWORD})).await;
    }
    sent(&app).await;
    assert_eq!(kinds(&app).await.iter().filter(|kind| *kind == "new_device").count(), 5);
}

/// The address is proven, by the link's owner at home.
async fn verified(app: &TestApp) {
    let customer = app.users().find("ada@example.com").await.unwrap();
    let open = doorstep_store::Challenge {
        email: None,
        subject: doorstep_base::SecretHash([1; 32]),
        purpose: doorstep_store::Purpose::VerifyEmail,
        customer: Some(customer.id),
        secret: doorstep_base::SecretHash([2; 32]),
        tries_left: 1,
        created_at: customer.created_at,
        expires_at: customer.created_at + Duration::from_secs(60),
    };
    app.store().open_challenge(open.clone(), None, None).await.unwrap();
    let presented = doorstep_store::Presented {
        subject: open.subject,
        purpose: open.purpose,
        secret: open.secret,
        means: doorstep_store::Means::Link,
        now: open.created_at,
    };
    let trail = app.audit(doorstep_store::AuditKind::EmailVerified).into();
    app.store().verify_email(presented, &customer.email_key, trail).await.unwrap();
}

#[tokio::test]
async fn a_stolen_refresh_token_is_told() {
    let app = app().await;
    let ada = sign_up(&app, "jwt").await;
    let refresh = json!({"refreshToken": ada.refresh_token()});
    for status in [200, 401] {
        Visitor::new(&app).post("/api/token/refresh", refresh.clone()).await.expect(status);
        app.clock.advance(Duration::from_secs(60));
    }
    assert_eq!(mail(&app, "ada@example.com").await["kind"], "refresh_reused");
    assert_eq!(kinds(&app).await.len(), 1);
}

#[tokio::test]
async fn an_address_gets_so_many_mails_and_its_latest_stays_good() {
    let app = with(&[("limits.mail_per_address", "2 in 1h")]).await;
    sign_up(&app, "token").await;
    sign_up_as(&app, "bob@example.com", "token").await;
    asked(&app, "ada@example.com").await;
    let (_, latest) = asked(&app, "ada@example.com").await;
    for email in ["eva@example.com", "eva@example.com"] {
        Visitor::new(&app).post("/api/recovery", json!({"email": email})).await.expect(202);
    }
    // Who is no customer has as many.
    for email in ["ada@example.com", "eva@example.com"] {
        let refused = Visitor::new(&app).post("/api/recovery", json!({"email": email})).await;
        refused.refused(429, "rate_limited");
        assert!(refused.header("retry-after").is_some());
        let said = "This address has had enough mails for now. Use the link in the newest one";
        assert_eq!(refused.json()["message"], said);
    }
    asked(&app, "bob@example.com").await;
    assert_eq!(kinds(&app).await, ["recovery"; 3]);
    let confirmed = json!({"token": token_of(&latest), "newPassword": NEW});
    Visitor::new(&app).post("/api/recovery/confirm", confirmed).await.expect(200);
}

#[tokio::test]
async fn more_mails_than_the_shop_may_send_wait() {
    let app = with(&[("limits.mail_total", "1 in 10m")]).await;
    for email in ["ada@example.com", "bob@example.com"] {
        sign_up_as(&app, email, "token").await;
        Visitor::new(&app).post("/api/recovery", json!({"email": email})).await.expect(202);
    }
    app.get(&format!("/_dev/mailbox/latest?wait={PATIENCE}")).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(kinds(&app).await.len(), 1);
    app.clock.advance(Duration::from_secs(900));
    let second = app.get(&format!("/_dev/mailbox/latest?after=1&wait={PATIENCE}")).await;
    assert_eq!(second.status, 200);
}

#[tokio::test]
async fn a_shop_without_a_mail_server_says_so() {
    let app = TestApp::with(&[SETTINGS, &PRODUCTION].concat()).await;
    let visitor = Visitor::new(&app).with("x-forwarded-proto", "https");
    assert_eq!(visitor.get("/api/policy").await.json()["mail"], false);
    visitor.post("/api/recovery", json!({"email": "ada@example.com"})).await.refused(404, "not_found");
    let confirmed = json!({"token": "ds_link_x", "newPassword": NEW});
    visitor.post("/api/recovery/confirm", confirmed).await.refused(404, "not_found");
    assert_eq!(app.store().outbox_state().await.unwrap().waiting, 0);
}

#[tokio::test]
async fn nobody_is_told_of_an_account_that_is_gone_or_disabled() {
    let app = app().await;
    let ada = sign_up(&app, "token").await;
    sign_up_as(&app, "bob@example.com", "token").await;
    sign_up_as(&app, "eve@example.com", "token").await;
    ada.visitor(&app).delete_with("/api/user", json!({"currentPassword": PASSWORD})).await.expect(204);
    app.users().set_disabled("bob@example.com", true).await.unwrap();
    for email in ["ada@example.com", "bob@example.com", "nobody@example.com", "eve@example.com"] {
        Visitor::new(&app).post("/api/recovery", json!({"email": email})).await.expect(202);
    }
    mail(&app, "eve@example.com").await;
    assert_eq!(kinds(&app).await, ["recovery"]);
    sent(&app).await;
}

/// A notice that no node has sent so far, in the hands of the test.
async fn held(app: &TestApp) -> doorstep_store::Message {
    let customer = app.users().find("ada@example.com").await.unwrap().id;
    let far = app.clock.now() + 1000 * DAY;
    let message = doorstep_store::NewMessage {
        id: doorstep_base::MessageId::from_bytes([7; 16]),
        topic: "mail".to_owned(),
        customer: Some(customer),
        payload: json!({"kind": "password_changed"}).to_string(),
        created_at: app.clock.now(),
        due_at: far,
    };
    app.store().post_message(message).await.unwrap();
    let lease = doorstep_store::Lease([7; 16]);
    app.store().lease_messages("mail", lease, far, far + DAY, 1).await.unwrap().remove(0)
}

#[tokio::test]
async fn news_are_given_up_after_two_days_and_an_operator_gives_them_two_more() {
    let app = app().await;
    sign_up(&app, "token").await;
    let message = held(&app).await;
    app.clock.advance(2 * DAY);
    assert!(app.store().retry_message(message.id, message.lease, app.clock.now()).await.unwrap());
    let state = async |waiting, dead| {
        while app.store().outbox_state().await.unwrap() != (doorstep_store::OutboxState { waiting, dead }) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    state(0, 1).await;
    assert_eq!(kinds(&app).await, Vec::<String>::new());
    app.clock.advance(30 * DAY);
    // The order of two days ago.
    assert_eq!(app.store().retry_dead_messages("mail", app.clock.now() - 2 * DAY).await.unwrap(), 1);
    state(0, 1).await;
    assert_eq!(kinds(&app).await, Vec::<String>::new(), "its two days were over once more");
    assert_eq!(app.store().retry_dead_messages("mail", app.clock.now()).await.unwrap(), 1);
    let mail = mail(&app, "ada@example.com").await;
    assert!(mail["text"].as_str().unwrap().contains("2027"), "{mail}");
    state(0, 0).await;
}

#[tokio::test]
async fn an_export_shows_what_waits_and_no_secret_of_it() {
    let app = app().await;
    let ada = sign_up(&app, "token").await;
    let eve = sign_up_as(&app, "eve@example.com", "token").await;
    let began = app.clock.now();
    let (request, recovery) = asked(&app, "ada@example.com").await;
    sent(&app).await;
    let message = held(&app).await;
    assert!(app.store().bury_message(message.id, message.lease).await.unwrap());
    app.clock.advance(Duration::from_secs(60));
    let export = ada.visitor(&app).get("/api/user/export").await;
    let told = export.json();
    let since = began.to_string();
    let waits =
        json!({"kind": "password_changed", "since": since, "attempts": 1, "givenUp": true, "device": null});
    assert_eq!(told["mails"], json!([waits]));
    let until = (began + Duration::from_secs(3660)).to_string();
    let open = json!({"purpose": "recover_password", "createdAt": since, "expiresAt": until});
    assert_eq!(told["challenges"], json!([open]));
    for secret in [&request, &token_of(&recovery), recovery["code"].as_str().unwrap()] {
        assert!(!export.text.contains(secret), "{secret}");
    }
    let others = eve.visitor(&app).get("/api/user/export").await.json();
    assert_eq!((&others["mails"], &others["challenges"]), (&json!([]), &json!([])));
    app.clock.advance(Duration::from_secs(3600));
    let later = ada.visitor(&app).get("/api/user/export").await.json();
    assert_eq!(later["challenges"], json!([]), "it is over");
}

/// Until nothing waits any more. A mail goes from the outbox a moment after it was sent.
async fn sent(app: &TestApp) {
    while app.store().outbox_state().await.unwrap().waiting > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
