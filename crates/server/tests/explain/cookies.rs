//! Cookies that browsers drop, and the many times when they do not.

use std::time::Duration;

use doorstep_testkit::app::{Answer, Call, Setting, TestApp};
use serde_json::json;

use crate::log::{Logged, PASSWORD};

const PAGE: &str = "http://localhost:5173";

fn with(call: Call, headers: &[(&str, &str)]) -> Call {
    headers.iter().fold(call, |call, (name, value)| call.header(name, value))
}

/// Signs up with a cookie, as a page does.
async fn signed_up(app: &TestApp, headers: &[(&str, &str)]) -> Answer {
    let ada = json!({"name": "Ada", "email": "ada@example.com", "password": PASSWORD, "session": "cookie"});
    let answer = with(app.call("POST", "/api/signup").json(&ada), headers).send().await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer
}

fn cookie_of(answer: &Answer) -> String {
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_cookie_that_never_comes_back_is_told_at_the_next_request() {
    let same_site = [
        ("origin", PAGE),
        ("host", "localhost:5000"),
        ("sec-fetch-site", "same-site"),
        ("user-agent", "Firefox"),
    ];
    for path in ["/api/user", "/api/session"] {
        let server = Logged::dev().await;
        signed_up(&server.app, &same_site).await;
        assert!(server.ids().is_empty(), "{}", server.text());
        let answer = with(server.app.call("GET", path), &same_site).send().await;
        assert_eq!(server.ids(), ["DS-14"], "{}", server.text());
        assert!(server.text().contains(PAGE));
        let told = answer.json()["hint"].as_str().is_some_and(|hint| hint.starts_with("DS-14"));
        assert_eq!(told, path == "/api/user");
    }
}

#[tokio::test]
async fn a_browser_that_says_cross_site_shows_the_cause_at_once() {
    for (page, host, settings, id) in [
        ("http://localhost:5173", "127.0.0.1:5000", &[][..], "DS-09"),
        ("https://shop.example", "api.vendor.test", &[("cors.origins", "https://shop.example")][..], "DS-11"),
    ] {
        let server = Logged::with(settings).await;
        signed_up(&server.app, &[("origin", page), ("host", host), ("sec-fetch-site", "cross-site")]).await;
        assert_eq!(server.ids(), [id], "{}", server.text());
        assert!(
            server
                .app
                .explain()
                .since(0)
                .iter()
                .any(|kept| kept.cause.is_some_and(|cause| cause.to_string() == id))
        );
    }
}

#[tokio::test]
async fn an_app_that_asks_for_a_cookie_is_told_what_it_can_do() {
    for (page, host, site) in [
        ("capacitor://localhost", "api.shop.example", "cross-site"),
        // WebKit of older systems does not say it.
        ("capacitor://localhost", "localhost:5000", ""),
        ("https://localhost", "api.shop.example", "cross-site"),
        ("http://tauri.localhost", "localhost:5000", "cross-site"),
        ("app://.", "api.shop.example", "cross-site"),
    ] {
        let production = [&crate::log::PRODUCTION[..], &[("cors.origins", page)]].concat();
        let server = Logged::with(&production).await;
        let headers = [("origin", page), ("host", host), ("sec-fetch-site", site)];
        let headers = if site.is_empty() { &headers[..2] } else { &headers[..] };
        signed_up(&server.app, headers).await;
        assert_eq!(server.ids(), ["DS-11"], "{}", server.text());
        let told = format!("DS-11 {page} is the page of an app");
        assert!(server.count(&told) == 1 && server.text().contains(r#"ask for "session": "token""#));
        assert!(!server.text().contains("subdomain"), "{}", server.text());
    }
    // An extension with permissions for the host keeps its cookie; a page of a developer may have a proxy.
    for page in ["chrome-extension://cciilamhchpmbdnniabclekddabkifhb", "http://localhost:5173"] {
        let server = Logged::with(&[("cors.origins", page)]).await;
        let site = if page.starts_with("http") { "same-site" } else { "none" };
        signed_up(&server.app, &[("origin", page), ("host", "localhost:5000"), ("sec-fetch-site", site)])
            .await;
        assert!(server.ids().is_empty(), "{}", server.text());
    }
}

#[tokio::test]
async fn a_secure_cookie_for_a_page_over_http_is_dropped() {
    let settings: [Setting; 2] =
        [("server.public_url", "https://tunnel.example"), ("cors.origins", "http://192.168.1.5:5000")];
    let server = Logged::with(&settings).await;
    signed_up(&server.app, &[("origin", "http://192.168.1.5:5000"), ("host", "192.168.1.5:5000")]).await;
    assert_eq!(server.ids(), ["DS-12"], "{}", server.text());
    // Chrome keeps it on localhost: only the next request without it tells.
    let server = Logged::with(&settings[..1]).await;
    let page =
        [("origin", "http://localhost:5173"), ("sec-fetch-site", "same-origin"), ("user-agent", "Safari")];
    let answer = signed_up(&server.app, &page).await;
    assert!(server.ids().is_empty(), "{}", server.text());
    with(server.app.call("GET", "/api/session"), &page[1..]).send().await;
    assert_eq!(server.ids(), ["DS-12"], "{} {}", cookie_of(&answer), server.text());
}

#[tokio::test]
async fn healthy_pages_are_never_told_of() {
    let page = [
        ("origin", PAGE),
        ("host", "localhost:5000"),
        ("sec-fetch-site", "same-site"),
        ("user-agent", "Firefox"),
    ];
    let anonymous = async |server: &Logged, headers: &[(&str, &str)]| {
        with(server.app.call("GET", "/api/session"), headers).send().await;
        with(server.app.call("GET", "/api/user"), headers).send().await;
    };
    // It comes back, and the customer logs out.
    let server = Logged::dev().await;
    let cookie = cookie_of(&signed_up(&server.app, &page).await);
    let carried = [&page[..], &[("cookie", cookie.as_str())]].concat();
    assert_eq!(with(server.app.call("GET", "/api/user"), &carried).send().await.status, 200);
    assert_eq!(with(server.app.call("POST", "/api/logout"), &carried).send().await.status, 204);
    anonymous(&server, &page).await;
    assert!(server.ids().is_empty(), "{}", server.text());
    // A page behind a proxy that changes the Host, and another window of the same browser.
    let server = Logged::dev().await;
    let proxied = [
        ("origin", PAGE),
        ("host", "127.0.0.1:5000"),
        ("sec-fetch-site", "same-origin"),
        ("user-agent", "Firefox"),
    ];
    signed_up(&server.app, &proxied).await;
    anonymous(&server, &proxied[1..]).await;
    assert!(server.ids().is_empty(), "{}", server.text());
    // Somebody else, and the same browser after a while.
    let server = Logged::dev().await;
    signed_up(&server.app, &page).await;
    anonymous(&server, &[("origin", PAGE), ("sec-fetch-site", "same-site"), ("user-agent", "Chrome")]).await;
    server.app.clock.advance(Duration::from_secs(61));
    anonymous(&server, &page).await;
    assert!(server.ids().is_empty(), "{}", server.text());
    // Another browser of the same kind, on another page or on none.
    let server = Logged::dev().await;
    signed_up(&server.app, &page).await;
    for other in [&[("origin", "http://localhost:3000")][..], &[]] {
        let other = [other, &[("sec-fetch-site", "same-site"), ("user-agent", "Firefox")]].concat();
        anonymous(&server, &other).await;
    }
    assert!(server.ids().is_empty(), "{}", server.text());
    // A form that the browser posts by itself, from another site.
    let server = Logged::with(&[("cors.origins", "https://shop.example")]).await;
    let posted = [
        ("origin", "https://shop.example"),
        ("host", "api.vendor.test"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
        ("accept", "text/html"),
    ];
    let form = format!("name=Ada&email=ada@example.com&password={}", PASSWORD.replace(' ', "+"));
    assert_eq!(with(server.app.call("POST", "/api/signup").form(&form), &posted).send().await.status, 303);
    assert!(server.ids().is_empty(), "{}", server.text());
}

#[tokio::test]
async fn a_cookie_without_a_page_is_refused_with_the_reason() {
    let server = Logged::dev().await;
    let answer = signed_up(&server.app, &[("origin", server.app.origin())]).await;
    let cookie = cookie_of(&answer);
    let told = "DS-15 A request that carries or asks for the session cookie has no Origin.";
    let answer =
        server.explained(|app| app.call("POST", "/api/logout").header("cookie", &cookie), told).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (403, Some("csrf_refused")));
}

#[tokio::test]
async fn production_waits_until_it_is_sure() {
    let mut settings = crate::log::PRODUCTION.to_vec();
    settings.push(("cors.origins", "https://shop.example"));
    let page = [("origin", "https://shop.example"), ("host", "api.shop.example"), ("user-agent", "Firefox")];
    let server = Logged::with(&settings).await;
    let cookie = cookie_of(&signed_up(&server.app, &page).await);
    for strikes in 1..=3 {
        with(server.app.call("GET", "/api/user"), &page).send().await;
        assert_eq!(server.count("DS-14"), usize::from(strikes == 3), "{}", server.text());
    }
    // One that came back proves that cookies do.
    let server = Logged::with(&settings).await;
    signed_up(&server.app, &page).await;
    let carried = [&page[..], &[("cookie", cookie.as_str())]].concat();
    with(server.app.call("GET", "/api/user"), &carried).send().await;
    for _ in 0..5 {
        with(server.app.call("GET", "/api/user"), &page).send().await;
    }
    assert!(server.ids().is_empty(), "{}", server.text());
}
