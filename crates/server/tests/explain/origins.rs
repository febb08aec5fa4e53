//! Refused origins: every channel has the same line, and answers that look fine are in the feed too.

use doorstep_testkit::app::{Call, TestApp};

use crate::log::{Logged, PRODUCTION};

const EVIL: &str = "https://shop.example";
const LINE: &str = "DS-01 Origin https://shop.example is not allowed. Run: doorstep origins add https://shop.example (or write it into [cors] origins in doorstep.toml)";

fn from(origin: &str) -> impl Fn(&TestApp) -> Call {
    move |app| app.call("GET", "/nothing").header("origin", origin)
}

#[tokio::test]
async fn a_refused_origin_is_told_with_the_command_that_allows_it() {
    let server = Logged::dev().await;
    server.explained(from(EVIL), LINE).await;
    // The answer was right, and the page cannot read it: that is what the feed is for.
    assert_eq!(server.app.call("GET", "/api/policy").header("origin", EVIL).send().await.status, 200);
    let feed = server.app.explain().since(0);
    let last = feed.last().unwrap();
    assert_eq!((last.status, last.path.as_str(), last.hint.as_deref()), (200, "/api/policy", Some(LINE)));
    assert_eq!(last.origin.as_deref(), Some(EVIL));
    assert_eq!(last.number, feed.len() as u64);
    assert_eq!(server.app.explain().since(last.number - 1).len(), 1);
    assert_eq!(server.ids(), ["DS-01"]);
}

#[tokio::test]
async fn production_logs_a_refused_origin_and_a_page_learns_nothing() {
    let server = Logged::production().await;
    let answer = from(EVIL)(&server.app).send().await;
    assert!(answer.json()["hint"].is_null(), "{}", answer.text());
    from(EVIL)(&server.app).send().await;
    assert_eq!(server.count(LINE), 1, "{}", server.text());
    for made_up in 0..200 {
        server
            .app
            .call("GET", "/healthz")
            .header("origin", &format!("https://x{made_up}.example"))
            .send()
            .await;
    }
    let told = server.count("DS-01");
    assert!((2..=30).contains(&told), "{told} lines");
}

#[tokio::test]
async fn a_port_that_changes_is_a_cause_of_its_own() {
    let server = Logged::with(&PRODUCTION).await;
    server.app.call("GET", "/api/policy").header("origin", "http://localhost:53211").send().await;
    assert_eq!(server.ids(), ["DS-10"], "{}", server.text());
    let dev = Logged::dev().await;
    dev.app.call("GET", "/api/policy").header("origin", "http://localhost:53211").send().await;
    assert!(dev.ids().is_empty());
}

#[tokio::test]
async fn the_shops_own_pages_are_never_told_of() {
    let server = Logged::dev().await;
    let own = |origin: &'static str| {
        server.app.call("GET", "/api/policy").header("origin", origin).header("sec-fetch-site", "same-origin")
    };
    own("null").send().await;
    own("https://tunnel.example").send().await;
    // Codespaces and dev tunnels write this in place of their own name.
    own("https://localhost:5000").send().await;
    server.app.call("GET", "/api/policy").header("origin", "http://localhost:5173").send().await;
    assert!(server.ids().is_empty() && server.app.explain().since(0).is_empty(), "{}", server.text());
}

#[tokio::test]
async fn a_preflight_for_a_header_that_is_not_taken_is_told() {
    for settings in [
        &[][..],
        &[PRODUCTION[0], PRODUCTION[1], PRODUCTION[2], ("cors.origins", "http://localhost:5173")][..],
    ] {
        // http is refused for production by its check; the shop's own page serves as well there.
        let origin = if settings.is_empty() { "http://localhost:5173" } else { "https://api.shop.example" };
        let server = Logged::with(&settings[..settings.len().min(3)]).await;
        let preflight = |headers: &'static str| {
            server
                .app
                .call("OPTIONS", "/api/signup")
                .header("origin", origin)
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", headers)
        };
        preflight("content-type,idempotency-key").send().await;
        assert!(server.ids().is_empty(), "{}", server.text());
        assert_eq!(preflight("content-type,x-client-version").send().await.status, 204);
        preflight("content-type,x-client-version").send().await;
        assert_eq!(server.ids(), ["DS-05"], "{}", server.text());
        assert!(server.text().contains("x-client-version"));
    }
}

#[tokio::test]
async fn an_app_is_told_which_line_allows_it_and_how_it_keeps_a_session() {
    for app in ["capacitor://localhost", "https://localhost", "http://tauri.localhost", "app://."] {
        let line = format!(
            "DS-01 Origin {app} is not allowed. Run: doorstep origins add {app} (or write it into [cors] origins in doorstep.toml). An app keeps no cookie of this server: let it ask for \"session\": \"token\""
        );
        let server = Logged::dev().await;
        server.explained(from(app), &line).await;
        let server = Logged::production().await;
        from(app)(&server.app).send().await;
        assert_eq!(server.count(&line), 1, "{}", server.text());
    }
    let server = Logged::production().await;
    from("null")(&server.app).send().await;
    assert!(server.text().contains("DS-01 Origin null is not allowed"), "{}", server.text());
    assert!(server.text().contains("protocol.handle"), "{}", server.text());
}

#[tokio::test]
async fn a_page_on_a_forwarded_port_is_told_that_the_apis_port_must_be_public() {
    let server = Logged::dev().await;
    let line = "DS-01 Origin https://shop-5173.app.github.dev is not allowed. Run: doorstep origins add https://shop-5173.app.github.dev (or write it into [cors] origins in doorstep.toml). The API's port must be public too: a private one of GitHub Codespaces";
    server.explained(from("https://shop-5173.app.github.dev"), line).await;
}
