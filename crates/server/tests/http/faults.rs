//! Routes that panic or never answer: what their clients get, and that everybody else is served on.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use doorstep_base::Timestamp;
use doorstep_server::config::Listen;
use doorstep_server::http::{Bounds, Crowd, Front, FrontConfig, Stop, bind, serve};
use doorstep_server::log::AccessLog;
use doorstep_server::system::SystemRandom;
use doorstep_testkit::app::{Answer, Call, MovingClock};
use doorstep_web::Origins;

use crate::paths::is_problem;

/// The real front and sockets around three bad routes.
async fn faulty() -> SocketAddr {
    let routes = Router::new()
        .route("/panic", get(async || -> &'static str { panic!("c4nary") }))
        .route(
            "/late-panic",
            get(async || -> &'static str {
                tokio::task::yield_now().await;
                panic!("c4nary")
            }),
        )
        .route("/never", get(async || std::future::pending::<&'static str>().await))
        .route("/fine", get(async || "fine"));
    let config = FrontConfig {
        headers: Vec::new(),
        origins: Origins::new(["https://shop.example".to_owned()], false),
        trusted_proxies: Vec::new(),
        request_timeout: Duration::from_millis(300),
        is_https: false,
        is_dev: false,
        own_host: None,
        tags: None,
        pages: None,
    };
    let clock = Arc::new(MovingClock::at(Timestamp::from_millis(0)));
    let explain = doorstep_server::explain::Explain::new(true, doorstep_web::CookieName::HostBound);
    let front = Front::new(config, routes, clock, &SystemRandom, explain, AccessLog::off(), None);
    let second = Duration::from_secs(1);
    let bounds = Bounds {
        connections: 100,
        header_timeout: second,
        idle_timeout: second,
        header_bytes: 16_384,
        stall_timeout: second,
        shutdown_timeout: second,
    };
    let listeners = bind(&Listen { host: "127.0.0.1".to_owned(), port: 0 }).await.unwrap();
    let address = listeners[0].local_addr().unwrap();
    tokio::spawn(serve(listeners, Arc::new(front), bounds, Crowd::unbounded(), Stop::default()));
    address
}

async fn get_from(address: SocketAddr, path: &str) -> Answer {
    Call::to(address, "GET", path).header("origin", "https://shop.example").send().await
}

#[tokio::test]
async fn a_panic_is_a_500_for_its_client_only_and_tells_nothing() {
    let address = faulty().await;
    for path in ["/panic", "/late-panic"] {
        let answer = get_from(address, path).await;
        is_problem(&answer, 500, "internal");
        assert_eq!(answer.header("access-control-allow-origin"), Some("https://shop.example"));
        assert!(!answer.text().contains("c4nary"), "{}", answer.text());
    }
    assert_eq!(get_from(address, "/fine").await.text(), "fine");
}

#[tokio::test]
async fn a_route_that_never_answers_is_a_503_in_time() {
    let address = faulty().await;
    let answer = get_from(address, "/never").await;
    is_problem(&answer, 503, "timeout");
    assert_eq!(answer.header("retry-after"), Some("2"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://shop.example"));
}
