//! The pages behind the links of mails: looking changes nothing, and posting needs the page.

use doorstep_testkit::app::TestApp;
use serde_json::{Value, json};

use crate::mails::{NEW, asked, kinds, mail, mail_after, path_of, token_of};
use crate::support::{Answer, PASSWORD, SETTINGS, Visitor, app, sign_up};

const ADA: &str = "ada@example.com";

fn hidden(page: &str, name: &str) -> String {
    let from = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap().1;
    from.split('"').next().unwrap().to_owned()
}

/// What the form of the link's page sends of itself: the token and the nonce.
pub async fn opened(app: &TestApp, mail: &Value) -> [String; 2] {
    let page = Visitor::new(app).with("accept", "text/html").get(&path_of(mail)).await;
    page.expect(200);
    ["token", "nonce"].map(|name| hidden(&page.text, name))
}

/// Opens the link, and posts its form with these fields besides.
pub async fn post(app: &TestApp, mail: &Value, more: &[(&str, &str)]) -> Answer {
    let opened = opened(app, mail).await;
    post_opened(app, mail, &opened, more).await
}

pub async fn post_opened(
    app: &TestApp,
    mail: &Value,
    [token, nonce]: &[String; 2],
    more: &[(&str, &str)],
) -> Answer {
    let own = Visitor::new(app).with("origin", app.origin()).with("accept", "text/html");
    let fields = [&[("token", &**token), ("nonce", &**nonce)], more].concat();
    own.form(path_of(mail).split('?').next().unwrap(), &fields).await
}

#[tokio::test]
async fn a_hundred_looks_of_scanners_spend_nothing() {
    let app = app().await;
    sign_up(&app, "token").await;
    let (_, mail) = asked(&app, ADA).await;
    let path = path_of(&mail);
    let scanner = Visitor::new(&app).with("sec-fetch-site", "none");
    for number in 0..100 {
        let method = ["GET", "HEAD", "OPTIONS"][number % 3];
        let answer = scanner.request(method, &path, None).await;
        assert!(answer.status == 200 || method == "OPTIONS", "{method} {}", answer.status);
    }
    // One that posts what it finds has no password to choose.
    post(&app, &mail, &[]).await.expect(400);
    post(&app, &mail, &[("newPassword", "short")]).await.expect(422);
    let done = post(&app, &mail, &[("newPassword", NEW)]).await;
    done.expect(200);
    assert!(done.text.contains("Your password is changed. Log in with it"), "{}", done.text);
    let again = Visitor::new(&app).with("accept-language", "fr").get(&path).await;
    again.expect(410);
    assert!(again.text.contains("Ce code ou ce lien n’est plus valable"), "{}", again.text);
    Visitor::new(&app).post("/api/login", json!({"email": ADA, "password": NEW})).await.expect(200);
}

#[tokio::test]
async fn a_form_without_its_page_does_nothing() {
    let app = app().await;
    sign_up(&app, "token").await;
    let (_, mail) = asked(&app, ADA).await;
    let token = token_of(&mail);
    let (own, page) =
        (Visitor::new(&app).with("origin", app.origin()), Visitor::new(&app).get(&path_of(&mail)).await);
    let nonce = hidden(&page.text, "nonce");
    let fields = [("token", &*token), ("newPassword", NEW)];
    own.form("/links/recover", &fields).await.refused(403, "csrf_refused");
    own.form("/links/recover", &[&fields[..], &[("nonce", "AAAA")]].concat())
        .await
        .refused(403, "csrf_refused");
    let stranger =
        Visitor::new(&app).with("origin", "https://evil.example").with("sec-fetch-site", "cross-site");
    let whole = [&fields[..], &[("nonce", &*nonce)]].concat();
    stranger.form("/links/recover", &whole).await.refused(403, "csrf_refused");
    Visitor::new(&app).form("/links/recover", &whole).await.refused(403, "csrf_refused");
    own.form("/links/recover", &whole).await.expect(200);
}

#[tokio::test]
async fn whoever_it_was_not_ends_everything() {
    let app = app().await;
    let thief = sign_up(&app, "token").await;
    let form = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    let after = thief.visitor(&app).post("/api/user/password", form).await.session("token", &app);
    let notice = mail(&app, ADA).await;
    after.get("/api/user").await.expect(200);
    // What presses every button ticks no box; a person sees the form again, and goes on from it.
    let unticked = post(&app, &notice, &[]).await;
    unticked.expect(400);
    let opened = ["token", "nonce"].map(|name| hidden(&unticked.text, name));
    after.get("/api/user").await.expect(200);
    let done = post_opened(&app, &notice, &opened, &[("notMe", "true")]).await;
    done.expect(200);
    assert!(done.text.contains("Every device is signed out"), "{}", done.text);
    after.get("/api/user").await.refused(401, "session_ended");
    let login = json!({"email": ADA, "password": NEW});
    Visitor::new(&app).post("/api/login", login).await.refused(401, "invalid_credentials");
    let recovery = mail_after(&app, ADA, notice["number"].as_u64().unwrap()).await;
    assert_eq!(recovery["kind"], "recovery");
    post(&app, &recovery, &[("newPassword", "the owner's own pass phrase")]).await.expect(200);
    assert_eq!(kinds(&app).await[..2], ["password_changed", "recovery"]);
    // Whoever finds the notice later ends nothing more.
    Visitor::new(&app).get(&path_of(&notice)).await.expect(410);
}

#[tokio::test]
async fn whoever_is_signed_in_verifies_with_one_button() {
    let app = app().await;
    let ada = sign_up(&app, "cookie").await;
    ada.visitor(&app).post_nothing("/api/verification").await.expect(202);
    let mail = mail(&app, ADA).await;
    let path = path_of(&mail);
    // From a mailbox in the browser.
    let page = ada.visitor(&app).with("sec-fetch-site", "cross-site").get(&path).await;
    page.expect(200);
    assert!(
        !page.text.contains("type=\"password\"") && page.text.contains("<button>Confirm</button>"),
        "{}",
        page.text
    );
    let elsewhere = Visitor::new(&app).get(&path).await;
    assert_eq!(elsewhere.text.matches("type=\"password\"").count(), 2);
    let (token, nonce) = (hidden(&page.text, "token"), hidden(&page.text, "nonce"));
    let fields = [("token", &*token), ("nonce", &*nonce)];
    Visitor::new(&app).with("origin", app.origin()).form("/links/verify", &fields).await.expect(400);
    let done = ada.visitor(&app).form("/links/verify", &fields).await;
    done.expect(200);
    assert!(done.text.contains("Your e-mail address is confirmed"), "{}", done.text);
    assert_eq!(ada.visitor(&app).get("/api/user").await.json()["emailVerified"], true);
}

#[tokio::test]
async fn a_browser_without_scripts_asks_by_a_form() {
    let app = app().await;
    sign_up(&app, "token").await;
    let browser = Visitor::new(&app)
        .with("origin", app.origin())
        .with("accept", "text/html")
        .with("accept-language", "es");
    let asked = browser.form("/api/recovery", &[("email", ADA)]).await;
    asked.expect(200);
    assert!(asked.text.contains("un mensaje está en camino"), "{}", asked.text);
    let mail = mail(&app, ADA).await;
    let refused = post(&app, &mail, &[("newPassword", "short")]).await;
    assert_eq!(refused.text.matches("at least 8 characters").count(), 1, "{}", refused.text);
    post(&app, &mail, &[("newPassword", NEW)]).await.expect(200);
    browser.form("/api/recovery", &[("email", "nonsense")]).await.expect(422);
}

#[tokio::test]
async fn made_up_links_are_over_in_every_language() {
    let app = app().await;
    for path in [
        "/links/recover",
        "/links/verify?token=",
        "/links/secure?token=ds_notice_AAAA",
        "/links/recover?x=1&token=%00",
    ] {
        for (language, direction) in [("de", "ltr"), ("ar", "rtl")] {
            let answer = Visitor::new(&app).with("accept-language", language).get(path).await;
            answer.expect(410);
            assert!(
                answer.text.contains(&format!("<html lang=\"{language}\" dir=\"{direction}\"")),
                "{path}"
            );
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
    }
}

#[tokio::test]
async fn what_was_refused_may_be_sent_again_from_the_page_itself() {
    let low = [("server.trusted_proxies", "127.0.0.1/32"), ("limits.code_per_network", "1 in 10m")];
    let app = TestApp::with(&[SETTINGS, &low].concat()).await;
    sign_up(&app, "token").await;
    let (_, mail) = asked(&app, ADA).await;
    let own = Visitor::new(&app).with("origin", app.origin()).with("x-forwarded-for", "203.0.113.7");
    let page = own.get(&path_of(&mail)).await;
    let fields = |page: &str| [hidden(page, "token"), hidden(page, "nonce")];
    let post = async |[token, nonce]: [String; 2], password: &str| {
        let fields = [("token", &*token), ("nonce", &*nonce), ("newPassword", password)];
        own.form("/links/recover", &fields).await
    };
    post(fields(&page.text), "short").await.expect(422);
    let limited = post(fields(&page.text), NEW).await;
    limited.expect(429);
    assert!(
        limited.header("retry-after").is_some() && limited.text.contains("Too many attempts"),
        "{}",
        limited.text
    );
    app.clock.advance(std::time::Duration::from_secs(600));
    post(fields(&limited.text), NEW).await.expect(200);
}
