//! Refused origins: every channel has the same line, and answers that look fine are in the feed too.

use doorstep_testkit::app::{Call, TestApp};

use crate::log::{Logged, PRODUCTION};

const EVIL: &str = "https://shop.example";
const LINE: &str = "DS-01 Origin https://shop.example is not allowed. Run: doorstep origins add https://shop.example (or write it into [cors] origins in doorstep.toml)";

fn from(origin: &'static str) -> impl Fn(&TestApp) -> Call {
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
