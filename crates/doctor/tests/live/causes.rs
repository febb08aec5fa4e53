//! One thing wrong gives one finding, with its id and no other.

use std::sync::Mutex;

use doorstep_testkit::app::{PRODUCTION, TestApp};
use doorstep_testkit::http_proxy::{Asked, HttpProxy, Reply, pass};

use crate::support::{examine, found, ids};

const ALLOW_ORIGIN: &str = "access-control-allow-origin";
/// A page beside the gates: they all are at 127.0.0.1.
const PAGE: &str = "http://127.0.0.1:5173";

/// What a spoiled answer is diagnosed as.
async fn spoiled(spoil: impl Fn(&Asked, &mut Reply) + Send + Sync + 'static) -> Vec<String> {
    let app = TestApp::start().await;
    let proxy = HttpProxy::start(Some(app.address()), move |asked, mut reply| {
        spoil(asked, &mut reply);
        reply
    })
    .await;
    found(&proxy.url(), &[PAGE]).await
}

#[tokio::test]
async fn ds_01_an_origin_that_is_not_allowed() {
    let app = TestApp::with(&PRODUCTION).await;
    let api = format!("http://{}", app.address());
    let report = examine(&api, &["http://127.0.0.1:3000"]).await;
    assert_eq!(ids(&report), ["DS-01"]);
    let found = &report.findings[0];
    assert_eq!(found.title, "Origin http://127.0.0.1:3000 is not allowed");
    assert!(found.fix[0].starts_with("Run: doorstep origins add http://127.0.0.1:3000 "), "{found:?}");
    // Two pages are two things to allow.
    assert_eq!(ids(&examine(&api, &["https://a.shop.com", "https://b.shop.com"]).await), ["DS-01", "DS-01"]);
}

#[tokio::test]
async fn ds_02_errors_that_lose_their_headers() {
    let all = |_: &Asked, reply: &mut Reply| {
        if reply.status >= 400 {
            reply.remove(ALLOW_ORIGIN);
        }
    };
    assert_eq!(spoiled(all).await, ["DS-02"]);
    let large = |asked: &Asked, reply: &mut Reply| {
        if asked.body.len() > 2000 {
            *reply = Reply::page(413, "413 Request Entity Too Large");
        }
    };
    assert_eq!(spoiled(large).await, ["DS-02"]);
}

#[tokio::test]
async fn ds_03_a_wildcard() {
    assert_eq!(spoiled(|_, reply| reply.set(ALLOW_ORIGIN, "*")).await, ["DS-03"]);
}

#[tokio::test]
async fn ds_04_credentials_that_a_gateway_removes() {
    assert_eq!(spoiled(|_, reply| reply.remove("access-control-allow-credentials")).await, ["DS-04"]);
}

#[tokio::test]
async fn ds_05_headers_and_methods_that_are_not_allowed() {
    let headers = |asked: &Asked, reply: &mut Reply| {
        if asked.method == "OPTIONS" {
            reply.set("access-control-allow-headers", "content-type");
        }
    };
    assert_eq!(spoiled(headers).await, ["DS-05"]);
    let methods = |asked: &Asked, reply: &mut Reply| {
        if asked.method == "OPTIONS" {
            reply.set("access-control-allow-methods", "GET, POST");
        }
    };
    assert_eq!(spoiled(methods).await, ["DS-05"]);
}

#[tokio::test]
async fn ds_06_a_preflight_that_is_refused_redirected_or_answered_by_somebody_else() {
    for status in [401, 404, 405, 500] {
        let refuse = move |asked: &Asked, reply: &mut Reply| {
            if asked.method == "OPTIONS" {
                *reply = Reply::new(status, "text/plain", "no");
            }
        };
        assert_eq!(spoiled(refuse).await, ["DS-06"], "{status}");
    }
    let elsewhere = |asked: &Asked, reply: &mut Reply| {
        if asked.method == "OPTIONS" {
            *reply = Reply::to(301, "https://shop.com/api/signup");
        }
    };
    assert_eq!(spoiled(elsewhere).await, ["DS-06"]);
    assert_eq!(spoiled(|_, reply| *reply = Reply::to(301, "https://shop.com/")).await, ["DS-06"]);
    let answered = |asked: &Asked, reply: &mut Reply| {
        if asked.method == "OPTIONS" {
            *reply = Reply { status: 204, ..Reply::default() };
        }
    };
    assert_eq!(spoiled(answered).await, ["DS-06"]);
}

#[tokio::test]
async fn ds_07_a_cache_that_does_not_heed_the_origin() {
    let kept: Mutex<Option<Reply>> = Mutex::new(None);
    let cache = move |asked: &Asked, reply: &mut Reply| {
        if asked.path == "/api/policy" && asked.method == "GET" {
            let mut kept = kept.lock().unwrap();
            match &*kept {
                Some(old) => {
                    *reply = old.clone();
                    reply.set("age", "7");
                }
                None => *kept = Some(reply.clone()),
            }
        }
    };
    assert_eq!(spoiled(cache).await, ["DS-07"]);
    assert_eq!(spoiled(|_, reply| reply.remove("vary")).await, ["DS-07"]);
}

#[tokio::test]
async fn ds_08_headers_that_pages_cannot_read() {
    assert_eq!(spoiled(|_, reply| reply.remove("access-control-expose-headers")).await, ["DS-08"]);
}

#[tokio::test]
async fn ds_09_and_ds_11_hosts_between_which_no_cookie_travels() {
    let app = TestApp::with(&[("cors.origins", "http://www.shop.com")]).await;
    let api = format!("http://{}", app.address());
    assert_eq!(found(&api, &["http://localhost:5173"]).await, ["DS-09"]);
    assert_eq!(found(&api, &["http://www.shop.com"]).await, ["DS-11"]);
}

#[tokio::test]
async fn an_origin_that_is_not_allowed_hides_no_lost_cookie() {
    let app = TestApp::start().await;
    let api = format!("http://{}", app.address());
    assert_eq!(found(&api, &["http://www.shop.com"]).await, ["DS-01", "DS-11"]);
}

#[tokio::test]
async fn ds_10_a_port_of_the_system() {
    let app = TestApp::with(&PRODUCTION).await;
    assert_eq!(found(&format!("http://{}", app.address()), &["http://127.0.0.1:53211"]).await, ["DS-10"]);
}

#[tokio::test]
async fn ds_12_a_cookie_that_browsers_drop_at_this_address() {
    let app = TestApp::with(&[("server.public_url", "https://shop.example")]).await;
    assert_eq!(found(&format!("http://{}", app.address()), &[PAGE]).await, ["DS-12"]);
}

#[tokio::test]
async fn ds_14_cookies_that_a_proxy_removes() {
    assert_eq!(spoiled(|_, reply| reply.remove("set-cookie")).await, ["DS-14"]);
    let app = TestApp::start().await;
    let behind = app.address();
    let proxy = HttpProxy::answer(move |mut asked| async move {
        asked.headers.retain(|(name, _)| name != "cookie");
        pass(behind, &asked).await
    })
    .await;
    assert_eq!(found(&proxy.url(), &[PAGE]).await, ["DS-14"]);
}

#[tokio::test]
async fn an_origin_that_is_changed_on_the_way_is_no_refused_origin() {
    let app = TestApp::start().await;
    let behind = app.address();
    let proxy = HttpProxy::answer(move |mut asked| async move {
        asked.headers.retain(|(name, _)| name != "origin");
        asked.headers.push(("origin".to_owned(), "https://elsewhere.example".to_owned()));
        pass(behind, &asked).await
    })
    .await;
    let report = examine(&proxy.url(), &[PAGE]).await;
    assert_eq!(ids(&report), ["-"]);
    assert!(report.findings[0].title.contains("changes the Origin header"), "{report:?}");
}

#[tokio::test]
async fn ds_19_redirects_that_lose_a_post() {
    let app = TestApp::start().await;
    let posts = HttpProxy::start(Some(app.address()), |asked, reply| {
        match (&*asked.method, asked.path.ends_with('/')) {
            ("POST", false) => Reply::to(301, &format!("{}/", asked.path)),
            _ => reply,
        }
    })
    .await;
    assert_eq!(found(&posts.url(), &[PAGE]).await, ["DS-19"]);
    let all =
        HttpProxy::start(None, |asked, _| Reply::to(308, &format!("https://shop.com{}", asked.path))).await;
    let report = examine(&all.url(), &[]).await;
    assert_eq!(ids(&report), ["DS-19"]);
    assert_eq!(report.findings[0].fix, ["Set baseUrl to https://shop.com"]);
}

#[tokio::test]
async fn ds_20_pages_instead_of_the_api() {
    for (status, title) in [(200, "Shop"), (404, "Cannot GET /api/policy"), (502, "502 Bad Gateway")] {
        let proxy = HttpProxy::start(None, move |_, _| Reply::page(status, title)).await;
        let report = examine(&proxy.url(), &[PAGE]).await;
        assert_eq!(ids(&report), ["DS-20"]);
        assert!(report.findings[0].title.contains(&format!("({status} {title})")), "{report:?}");
    }
    let pages = |_: &Asked, reply: &mut Reply| {
        if reply.status >= 400 {
            reply.body = b"<html>error".to_vec();
            reply.set("content-type", "text/html");
        }
    };
    assert_eq!(spoiled(pages).await, ["DS-20"]);
}

#[tokio::test]
async fn ds_25_nothing_answers() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let report = examine(&format!("http://{free}"), &[PAGE]).await;
    assert_eq!(ids(&report), ["DS-25"]);
    assert!(report.findings[0].fix[0].contains("doorstep serve --listen 127.0.0.1:"), "{report:?}");
    assert_eq!(found("http://no-such-host.invalid", &[]).await, ["DS-25"]);
}

#[tokio::test]
async fn ds_30_localhost_on_one_of_its_addresses() {
    if std::net::TcpListener::bind(("::1", 0)).is_err() {
        eprintln!("skipped: this machine has no IPv6");
        return;
    }
    let app = TestApp::start().await;
    let api = format!("http://localhost:{}", app.address().port());
    assert_eq!(found(&api, &["http://localhost:5173"]).await, ["DS-30"]);
}

#[tokio::test]
async fn ds_31_the_page_of_a_tunnel() {
    let tunnel = |asked: &Asked, reply: &mut Reply| {
        if asked.method != "OPTIONS" && asked.header("ngrok-skip-browser-warning").is_none() {
            *reply = Reply::page(200, "ngrok");
            reply.set("ngrok-error-code", "ERR_NGROK_6024");
        }
    };
    assert_eq!(spoiled(tunnel).await, ["DS-31"]);
}

#[tokio::test]
async fn ds_11_an_app_is_told_to_ask_for_a_token_and_nothing_else() {
    let app = TestApp::with(&[("cors.origins", "capacitor://localhost,app://.")]).await;
    let report = examine(&format!("http://{}", app.address()), &["capacitor://localhost", "app://."]).await;
    assert_eq!(ids(&report), ["DS-11"], "{}", report.json());
    assert!(!report.has_errors(false));
    let told = report.json();
    assert!(told.contains("capacitor://localhost") && told.contains("app://."), "{told}");
    assert!(!told.contains("baseUrl to") && !told.contains("name of the shop"), "{told}");
}

#[tokio::test]
async fn ds_31_the_login_of_a_private_port() {
    let login = |_: &Asked, reply: &mut Reply| {
        *reply = Reply { status: 302, ..Reply::default() };
        reply.set("location", "https://github.dev/pf-signin?id=shop&port=5000");
    };
    assert_eq!(spoiled(login).await, ["DS-31"]);
}

#[tokio::test]
async fn ds_43_clocks_that_differ() {
    assert_eq!(spoiled(|_, reply| reply.set("date", "Mon, 23 Nov 2026 01:00:00 GMT")).await, ["DS-43"]);
}

#[tokio::test]
async fn symptoms_without_a_known_cause_get_no_id() {
    let twice = |_: &Asked, reply: &mut Reply| {
        if let Some(origin) = reply.header(ALLOW_ORIGIN).map(str::to_owned) {
            reply.headers.push((ALLOW_ORIGIN.to_owned(), origin));
        }
    };
    assert_eq!(spoiled(twice).await, ["-"]);
    let lost = |asked: &Asked, reply: &mut Reply| {
        if asked.method != "OPTIONS" {
            reply.remove(ALLOW_ORIGIN);
        }
    };
    assert_eq!(spoiled(lost).await, ["-"]);
    let gone = HttpProxy::start(None, |_, _| Reply::new(500, "text/plain", "")).await;
    assert_eq!(found(&gone.url(), &[PAGE]).await, ["-"]);
    let airplay = HttpProxy::start(None, |_, _| {
        let mut reply = Reply { status: 403, ..Reply::default() };
        reply.set("server", "AirTunes/760.20.1");
        reply
    })
    .await;
    assert_eq!(found(&airplay.url(), &[PAGE]).await, ["-"]);
}

#[tokio::test]
async fn a_stock_api_of_another_kind_is_told_its_first_cause() {
    // As axum and tower-http do it unless told otherwise.
    let proxy = HttpProxy::start(None, |asked, _| match &*asked.method {
        "OPTIONS" => Reply { status: 200, ..Reply::default() },
        _ => Reply { status: 404, ..Reply::default() },
    })
    .await;
    assert_eq!(found(&proxy.url(), &[PAGE]).await, ["DS-01", "-"]);
}
