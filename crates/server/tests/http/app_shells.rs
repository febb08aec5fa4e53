//! Pages that an app shows out of itself: every origin that shells send, in production.

use doorstep_base::origin::APP_SESSION;
use doorstep_testkit::app::{Answer, Call, Setting, TestApp};
use serde_json::json;

/// What Capacitor, Cordova and its plugin for Ionic, Tauri, Electron and the extensions of browsers send.
const SHELLS: [&str; 12] = [
    "capacitor://localhost",
    "ionic://localhost",
    "http://localhost",
    "https://localhost",
    "app://localhost",
    "tauri://localhost",
    "http://tauri.localhost",
    "https://tauri.localhost",
    "app://.",
    "chrome-extension://cciilamhchpmbdnniabclekddabkifhb",
    "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
    "safari-web-extension://140BB581-A2C0-422A-9DD3-6982A5ABEE5E",
];
const PRODUCTION: [Setting; 3] = [
    ("server.mode", "production"),
    ("server.public_url", "https://api.shop.example"),
    ("secrets.key", "4f0c8d2ab1e67793d5a0f4c21b9e8866f7d3150aa96e4b2cc8871d3350e9f1a7"),
];

async fn production(origins: &'static str) -> TestApp {
    TestApp::with(&[&PRODUCTION[..], &[("cors.origins", origins)]].concat()).await
}

fn from(app: &TestApp, method: &str, path: &str, origin: &str) -> Call {
    app.call(method, path).header("origin", origin).header("sec-fetch-site", "cross-site")
}

async fn preflight(app: &TestApp, origin: &str) -> Answer {
    from(app, "OPTIONS", "/api/signup", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,idempotency-key")
        .send()
        .await
}

async fn sign_up(app: &TestApp, origin: &str, number: usize, session: &str) -> Answer {
    let body = json!({
        "name": "Ada",
        "email": format!("ada{number}@example.com"),
        "password": "correct horse battery staple",
        "session": session,
    });
    from(app, "POST", "/api/signup", origin).json(&body).send().await
}

fn allows(answer: &Answer) -> Option<&str> {
    answer.header("access-control-allow-origin")
}

#[tokio::test]
async fn production_lets_a_listed_app_sign_up_with_a_token() {
    let app = production(SHELLS.join(",").leak()).await;
    for (number, origin) in SHELLS.into_iter().enumerate() {
        let asked = preflight(&app, origin).await;
        assert_eq!((asked.status, allows(&asked)), (204, Some(origin)));
        assert!(asked.header("access-control-allow-headers").unwrap().contains("authorization"));
        let answer = sign_up(&app, origin, number, "token").await;
        assert_eq!((answer.status, allows(&answer)), (201, Some(origin)), "{}", answer.text());
        assert!(answer.header("set-cookie").is_none());
        let bearer = format!("Bearer {}", answer.json()["token"].as_str().unwrap());
        let user = from(&app, "GET", "/api/user", origin).header("authorization", &bearer).send().await;
        assert_eq!((user.status, allows(&user)), (200, Some(origin)));
    }
}

#[tokio::test]
async fn production_shows_an_app_that_is_not_listed_nothing() {
    // What looks like a listed one is another one.
    let app = production("https://shop.example,https://localhost:8443,app://shop").await;
    for (number, origin) in SHELLS.into_iter().chain(["null", "file://"]).enumerate() {
        let asked = preflight(&app, origin).await;
        assert_eq!((asked.status, allows(&asked)), (204, None), "{origin}");
        assert_eq!(allows(&sign_up(&app, origin, number, "token").await), None, "{origin}");
    }
}

#[tokio::test]
async fn an_app_that_is_not_listed_and_asks_for_a_cookie_is_told_to_ask_for_a_token() {
    let app = production("https://shop.example").await;
    for (number, origin) in SHELLS.into_iter().enumerate() {
        let refused = sign_up(&app, origin, number, "cookie").await;
        let told = refused.json();
        assert_eq!((refused.status, told["code"].as_str()), (403, Some("csrf_refused")));
        assert_eq!(told["detail"].as_str(), Some(APP_SESSION), "{origin}");
    }
    let page = sign_up(&app, "https://other.example", 99, "cookie").await;
    assert!(page.json()["detail"].as_str().unwrap().contains("[cors] origins"));
}
