//! Which pages may read answers: the corpus of origins, and the headers on answers of every kind.

use doorstep_testkit::app::{Answer, Setting, TestApp};

const SHOP: &str = "https://shop.com";
/// Production: no origin of this machine is allowed.
const PRODUCTION: [Setting; 4] = [
    ("server.mode", "production"),
    ("server.public_url", "https://api.shop.com"),
    ("secrets.key", "4f0c8d2ab1e67793d5a0f4c21b9e8866f7d3150aa96e4b2cc8871d3350e9f1a7"),
    ("cors.origins", SHOP),
];

async fn asked_by(app: &TestApp, origin: &str) -> Answer {
    app.call("GET", "/api/policy").header("origin", origin).send().await
}

fn allows(answer: &Answer) -> Option<&str> {
    answer.header("access-control-allow-origin")
}

#[tokio::test]
async fn only_the_exact_origin_is_allowed() {
    let app = TestApp::with(&PRODUCTION).await;
    assert_eq!(allows(&asked_by(&app, SHOP).await), Some(SHOP));
    for other in [
        "https://evil.com",
        "https://shop.com.evil.com",
        "https://evilshop.com",
        "https://shopacom",
        "https://sub.shop.com",
        "http://shop.com",
        "https://shop.com:444",
        "https://SHOP.COM",
        "https://shop.com.",
        "https://shop.com/",
        "null",
        "",
        "*",
        "https://shop.com%60.evil.com",
        "https://sh\u{43e}p.com",
        "https://xn--shp-sna.com",
        "http://localhost:5173",
        "https://shop.com https://evil.com",
        "https://shop.com\u{1}",
    ] {
        let raw = format!(
            "GET /api/policy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: {other}\r\n\r\n"
        );
        let answer = app.raw(raw.as_bytes()).await.to_ascii_lowercase();
        assert!(answer.starts_with("http/1.1 "), "{other}: {answer}");
        assert!(!answer.contains("access-control-"), "{other}: {answer}");
        assert!(answer.contains("vary: origin") || answer.starts_with("http/1.1 400"), "{other}: {answer}");
    }
}

#[tokio::test]
async fn two_origins_are_nobodys() {
    let app = TestApp::with(&PRODUCTION).await;
    let answer = app
        .call("GET", "/api/policy")
        .header("origin", SHOP)
        .header("origin", "https://evil.com")
        .send()
        .await;
    assert_eq!(answer.status, 400);
    assert_eq!(allows(&answer), None);
    let twice = app.call("OPTIONS", "/api/policy").header("origin", SHOP).header("origin", SHOP).send().await;
    assert_eq!(allows(&twice), None);
}

#[tokio::test]
async fn dev_mode_allows_every_port_of_this_machine() {
    let app = TestApp::start().await;
    for origin in ["http://localhost:5173", "http://127.0.0.1:8080", "http://[::1]:3000"] {
        assert_eq!(allows(&asked_by(&app, origin).await), Some(origin));
    }
    for origin in ["http://localhost.evil.com", "https://shop.com", "null"] {
        assert_eq!(allows(&asked_by(&app, origin).await), None, "{origin}");
    }
}

#[tokio::test]
async fn a_preflight_is_answered_without_asking_who_it_is() {
    let app = TestApp::with(&PRODUCTION).await;
    for path in ["/api/user", "/api/signup/", "/api/nothing", "/"] {
        let answer = app
            .call("OPTIONS", path)
            .header("origin", SHOP)
            .header("access-control-request-method", "PATCH")
            .header("access-control-request-headers", "content-type,idempotency-key")
            .send()
            .await;
        assert_eq!(answer.status, 204, "{path}");
        assert_eq!(allows(&answer), Some(SHOP));
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        let (methods, headers) =
            (answer.header("access-control-allow-methods"), answer.header("access-control-allow-headers"));
        assert!(
            ["GET", "POST", "PATCH", "PUT", "DELETE"].iter().all(|method| methods.unwrap().contains(method))
        );
        let asked = [
            "content-type",
            "authorization",
            "idempotency-key",
            "if-match",
            "x-request-id",
            "ngrok-skip-browser-warning",
            "traceparent",
            "tracestate",
            "baggage",
            "sentry-trace",
            "x-requested-with",
        ];
        assert!(asked.iter().all(|name| headers.unwrap().contains(name)));
        assert!(answer.header("access-control-max-age").unwrap().parse::<u32>().unwrap() <= 7200);
        assert_eq!(
            answer.header("vary"),
            Some("origin, access-control-request-method, access-control-request-headers")
        );
    }
}

#[tokio::test]
async fn pages_may_send_the_headers_that_the_configuration_names() {
    let settings = [&PRODUCTION[..], &[("cors.headers", "x-client-version")]].concat();
    let app = TestApp::with(&settings).await;
    let answer = app
        .call("OPTIONS", "/api/user")
        .header("origin", SHOP)
        .header("access-control-request-method", "GET")
        .send()
        .await;
    let taken = answer.header("access-control-allow-headers").unwrap();
    assert!(taken.split(", ").any(|name| name == "x-client-version"), "{taken}");
}

#[tokio::test]
async fn a_refused_preflight_is_2xx_and_allows_nothing() {
    let app = TestApp::with(&PRODUCTION).await;
    let call = app.call("OPTIONS", "/api/user").header("origin", "https://evil.com");
    let answer = call.header("access-control-request-method", "DELETE").send().await;
    assert_eq!(answer.status, 204);
    let told: Vec<_> =
        answer.headers.keys().filter(|name| name.as_str().starts_with("access-control-")).collect();
    assert!(told.is_empty(), "{told:?}");
}

#[tokio::test]
async fn errors_of_every_kind_carry_the_same_headers() {
    let app = TestApp::with(&[
        ("server.body_limit", "1KiB"),
        ("limits.signup_per_network", "1 in 1h"),
        ("server.trusted_proxies", "127.0.0.1"),
    ])
    .await;
    let origin = "http://localhost:5173";
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(2000));
    let post = |path, body: &str| {
        app.call("POST", path).header("content-type", "application/json").body(body.to_owned())
    };
    let visitor = |call: doorstep_testkit::app::Call| call.header("x-forwarded-for", "203.0.113.9");
    let whole = r#"{"name":"Ada","email":"ada@example.com","password":"correct horse battery"}"#;
    assert_eq!(visitor(post("/api/signup", whole)).send().await.status, 201);
    for (status, call) in [
        (400, post("/api/signup", "{")),
        (401, app.call("GET", "/api/user")),
        (404, app.call("GET", "/nothing")),
        (405, app.call("GET", "/api/signup")),
        (413, post("/api/signup", &long)),
        (415, app.call("POST", "/api/signup").body("x")),
        (422, post("/api/signup", r#"{"name":"Ada","email":"x","password":"correct horse battery"}"#)),
        (429, visitor(post("/api/signup", whole))),
    ] {
        let answer = call.header("origin", origin).send().await;
        assert_eq!(answer.status, status, "{}", answer.text());
        assert_eq!(allows(&answer), Some(origin), "{status}");
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        let exposed = answer.header("access-control-expose-headers").unwrap();
        let wanted =
            ["retry-after", "x-request-id", "ratelimit", "ratelimit-policy", "etag", "date", "location"];
        assert!(wanted.iter().all(|name| exposed.split(", ").any(|told| told == *name)), "{exposed}");
        assert!(answer.headers.get_all("vary").iter().any(|vary| vary == "origin"));
    }
}

#[tokio::test]
async fn answers_without_an_origin_say_that_they_vary_by_it() {
    let app = TestApp::start().await;
    for path in ["/api/policy", "/nothing", "/healthz"] {
        let answer = app.get(path).await;
        assert!(answer.headers.get_all("vary").iter().any(|vary| vary == "origin"), "{path}");
        assert_eq!(allows(&answer), (path == "/healthz").then_some("*"), "{path}");
    }
}
