//! `/_dev`: who may see it, what it shows and what it never shows.

use std::fs;

use doorstep_testkit::app::{Answer, Call, Setting, TestApp};
use serde_json::{Value, json};

use crate::paths::is_problem;

const PRODUCTION: [Setting; 3] = [
    ("server.mode", "production"),
    ("server.public_url", "https://shop.example"),
    ("secrets.key", "4f0c8d2ab1e67793d5a0f4c21b9e8866f7d3150aa96e4b2cc8871d3350e9f1a7"),
];
const DATA: [&str; 5] = [
    "/_dev/data/server",
    "/_dev/data/feed?after=0",
    "/_dev/data/signups",
    "/_dev/data/origins",
    "/_dev/data/mails",
];
const PAGES: [&str; 4] = ["/_dev", "/_dev/console.js", "/_dev/mailbox", "/_dev/mailbox/preview/test/en/html"];

/// A call as the console's page makes it.
fn own(app: &TestApp, method: &str, path: &str) -> Call {
    let call = app.call(method, path).header("doorstep-console", "1").header("sec-fetch-site", "same-origin");
    if method == "GET" { call } else { call.header("origin", &format!("http://{}", app.address())) }
}

async fn data(app: &TestApp, name: &str) -> Value {
    let answer = own(app, "GET", &format!("/_dev/data/{name}")).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn change(app: &TestApp, method: &str, origin: &str) -> Answer {
    own(app, method, "/_dev/data/origins").json(&json!({ "origin": origin })).send().await
}

#[tokio::test]
async fn production_has_no_console() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.html"), "<!doctype html><title>home</title>").unwrap();
    let pages = folder.path().to_str().unwrap().to_owned().leak();
    let app = TestApp::with(&[&PRODUCTION[..], &[("server.static_dir", pages)]].concat()).await;
    for path in ["/_dev/", "/_dev/none", "/_dev/mailbox/latest"].iter().chain(&PAGES).chain(&DATA) {
        for call in [own(&app, "GET", path), app.call("GET", path).header("accept", "text/html")] {
            is_problem(&call.header("host", "localhost:5000").send().await, 404, "not_found");
        }
    }
    is_problem(&change(&app, "POST", "https://a.example").await, 404, "not_found");
}

#[tokio::test]
async fn the_page_and_its_parts_are_in_the_binary_and_run_nothing_else() {
    let app = TestApp::start().await;
    for path in ["/_dev", "/_dev/", "/_dev/mailbox"] {
        let page = app.get(path).await;
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';") && !policy.contains("unsafe"));
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'none'"));
        let html = page.text();
        assert!(
            ["style=", "onclick=", "<style", "<script>"].iter().all(|inline| !html.contains(inline)),
            "{html}"
        );
        let parts: Vec<&str> = html.split('"').filter(|text| text.starts_with("/_dev/")).collect();
        assert!(parts.len() >= 3, "{parts:?}");
        for part in parts {
            let found = app.get(part).await;
            assert_eq!(found.status, 200, "{part}");
            for import in found.text().split('"').filter(|text| text.starts_with("./")) {
                let script = app.get(&import.replacen("./", "/_dev/", 1)).await;
                assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"), "{import}");
            }
        }
    }
    is_problem(&app.get("/_dev/none.js").await, 404, "not_found");
}

#[tokio::test]
async fn nobody_but_a_browser_at_this_machine_sees_it() {
    let app = TestApp::start().await;
    for path in PAGES.iter().chain(&DATA) {
        for (host, status, code) in [
            ("evil.example:5000", 421, "misdirected"),
            ("localhost.evil.example", 421, "misdirected"),
            ("192.168.1.5:5000", 404, "not_found"),
            ("doorstep:5000", 404, "not_found"),
            ("shop.test:5000", 404, "not_found"),
        ] {
            is_problem(&own(&app, "GET", path).header("host", host).send().await, status, code);
        }
        for (name, value) in [("x-forwarded-for", "203.0.113.9"), ("forwarded", "for=127.0.0.1")] {
            is_problem(&own(&app, "GET", path).header(name, value).send().await, 404, "not_found");
        }
        assert_eq!(
            own(&app, "GET", path).header("host", "localhost:5000").send().await.status,
            200,
            "{path}"
        );
    }
    // Behind a proxy that is trusted, the visitor counts and not the proxy.
    let behind = TestApp::with(&[("server.trusted_proxies", "127.0.0.1")]).await;
    is_problem(
        &own(&behind, "GET", "/_dev").header("x-forwarded-for", "203.0.113.9").send().await,
        404,
        "not_found",
    );
    let named = TestApp::with(&[("server.public_url", "http://shop.test:5000")]).await;
    assert_eq!(own(&named, "GET", "/_dev").header("host", "shop.test:5000").send().await.status, 200);
}

#[tokio::test]
async fn another_page_can_neither_read_nor_change_anything() {
    let app = TestApp::start().await;
    let page = "http://localhost:5173";
    for path in DATA {
        is_problem(&app.get(path).await, 403, "csrf_refused");
        let foreign = app.call("GET", path).header("doorstep-console", "1").header("origin", page);
        is_problem(&foreign.send().await, 403, "csrf_refused");
        let asked = app.call("OPTIONS", path).header("origin", page);
        let asked = asked.header("access-control-request-headers", "doorstep-console").send().await;
        assert!(!asked.header("access-control-allow-headers").unwrap().contains("doorstep-console"));
    }
    let body = json!({ "origin": "https://evil.example" });
    for (name, value) in
        [("origin", page), ("origin", "null"), ("sec-fetch-site", "cross-site"), ("accept", "*/*")]
    {
        let call = app.call("POST", "/_dev/data/origins").header("doorstep-console", "1").header(name, value);
        is_problem(&call.json(&body).send().await, 403, "csrf_refused");
    }
    assert!(!app.folder().join("doorstep.toml").exists());
}

#[tokio::test]
async fn a_click_allows_an_origin_at_once_and_writes_it_down() {
    let app = TestApp::start().await;
    let allowed = async || {
        let answer = app.call("GET", "/api/policy").header("origin", "http://shop.test:5173").send().await;
        answer.header("access-control-allow-origin").is_some()
    };
    assert!(!allowed().await);
    let refused = data(&app, "feed?after=0").await["entries"][0].clone();
    assert_eq!(
        (&refused["cause"]["id"], &refused["allow"]),
        (&json!("DS-01"), &json!("http://shop.test:5173"))
    );

    let told = change(&app, "POST", "http://shop.test:5173").await;
    assert_eq!(told.json()["listed"], json!(["http://shop.test:5173"]), "{}", told.text());
    assert!(allowed().await);
    assert!(
        fs::read_to_string(app.folder().join("doorstep.toml")).unwrap().contains("http://shop.test:5173")
    );
    assert_eq!(data(&app, "feed?after=0").await["entries"][0]["allow"], Value::Null);

    assert_eq!(change(&app, "DELETE", "http://shop.test:5173").await.json()["listed"], json!([]));
    assert!(!allowed().await);
}

#[tokio::test]
async fn an_origin_of_a_stranger_is_never_a_click_away() {
    let app = TestApp::start().await;
    for (origin, is_offered) in [
        ("https://evil.example", false),
        ("https://localhost.evil.example", false),
        ("http://203.0.113.9:5173", false),
        ("https://localhost:5173", true),
        ("http://192.168.1.5:5173", true),
        ("http://shop.local:5173", true),
    ] {
        app.call("GET", "/api/policy").header("origin", origin).send().await;
        let entry = data(&app, "feed?after=0").await["entries"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(entry["origin"], origin);
        assert_eq!(entry["allow"] == origin, is_offered, "{entry}");
        // The hint says what to do in any case.
        assert!(
            entry["hint"].as_str().unwrap().contains(&format!("doorstep origins add {origin}")),
            "{entry}"
        );
    }
    let named = TestApp::with(&[("server.public_url", "https://shop.example")]).await;
    named.call("GET", "/api/policy").header("origin", "https://shop.example:8443").send().await;
    let entry = data(&named, "feed?after=0").await["entries"][0].clone();
    assert_eq!(entry["allow"], "https://shop.example:8443", "another port of the shop's own host");
}

#[tokio::test]
async fn an_origin_that_cannot_be_taken_is_told_why() {
    let app = TestApp::start().await;
    for (origin, told) in [
        ("https://Shop.example/", r#""https://shop.example""#),
        ("*", "DS-03"),
        ("<script>alert(1)</script>", "an origin like"),
    ] {
        let answer = change(&app, "POST", origin).await;
        is_problem(&answer, 400, "malformed_request");
        assert!(answer.json()["detail"].as_str().unwrap().contains(told), "{}", answer.text());
    }
    is_problem(&own(&app, "POST", "/_dev/data/origins").body("{").send().await, 400, "malformed_request");
    fs::write(app.folder().join("doorstep.toml"), "[cors").unwrap();
    is_problem(&change(&app, "POST", "https://shop.example").await, 400, "malformed_request");

    let fixed = TestApp::with(&[("cors.origins", "https://flag.example")]).await;
    assert_eq!(data(&fixed, "server").await["origins"]["overriddenBy"], "the test");
    is_problem(&change(&fixed, "POST", "https://shop.example").await, 400, "malformed_request");
    assert!(!fixed.folder().join("doorstep.toml").exists());
}

#[tokio::test]
async fn failures_are_told_in_order_and_without_secrets() {
    let app = TestApp::start().await;
    let secret = "c4nary-c4nary-c4nary";
    let body = json!({ "email": "ada@example.com", "password": secret });
    let login = app.call("POST", "/api/login?password=c4nary").header("cookie", "doorstep-5000=c4nary");
    let login = login.header("authorization", "Bearer c4nary").header("origin", "http://localhost:5173");
    let login = login.header("referer", "http://localhost:5173/?password=c4nary").json(&body);
    assert_eq!(login.send().await.status, 401);
    let misnamed = json!({ "first_name": "Ada", "email": "ada@example.com", "password": secret });
    app.call("POST", "/api/signup").json(&misnamed).send().await;

    let feed = data(&app, "feed?after=0").await;
    assert!(!feed.to_string().contains("c4nary"), "{feed}");
    let entries = feed["entries"].as_array().unwrap();
    let paths: Vec<_> = entries.iter().map(|entry| entry["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["/api/login", "/api/signup"], "the console's own calls are not among them");
    assert_eq!(entries[1]["cause"]["id"], "DS-16", "{feed}");
    let last = entries[1]["number"].as_u64().unwrap();
    assert_eq!(data(&app, &format!("feed?after={last}")).await["entries"], json!([]));
}

#[tokio::test]
async fn sign_ups_are_shown_row_by_row_and_without_what_opens_them() {
    let app = TestApp::start().await;
    for name in ["Ada", "Grace"] {
        let body = json!({ "name": name, "email": format!("{name}@example.com"), "password": "a long sentence of mine" });
        assert_eq!(app.call("POST", "/api/signup").json(&body).send().await.status, 201);
        app.clock.advance(std::time::Duration::from_secs(1));
    }
    let told = data(&app, "signups").await;
    let customers = told["customers"].as_array().unwrap();
    let names: Vec<_> = customers.iter().map(|one| one["row"]["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Grace", "Ada"]);
    assert_eq!(customers[0]["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(customers[0]["row"]["password_hash"], Value::Null);
    assert_eq!(customers[0]["sessions"][0]["secret"], "(hidden)");
    assert!(!told.to_string().contains("argon2"), "{told}");
}
