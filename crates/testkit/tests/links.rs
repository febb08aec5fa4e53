//! A database behind a link that is slow, broken, half open, a black hole or gone: every request is answered in time, and
//! everything works again by itself. Needs real servers: `tools/parts/db` starts them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests, which say how long it took"
)]

use std::time::Duration;

use doorstep_testkit::app::{Answer, Call, TestApp};
use doorstep_testkit::proxy::{Link, Proxy};
use doorstep_testkit::{Engine, Place};
use serde_json::{Value, json};
use tokio::time::Instant;

const TIMEOUT: Duration = Duration::from_secs(1);
const CONNECTIONS: usize = 4;
/// What a driver may keep beside its pool, to watch the server.
const WATCHERS: usize = 3;
/// For the machine, which has other things to do.
const SLACK: Duration = Duration::from_millis(700);
const PASSWORD: &str = "a quiet harbour town";

/// A shop whose database is behind a link, with a customer in it.
struct Shop {
    app: TestApp,
    proxy: Proxy,
    token: String,
    _place: Place,
}

impl Shop {
    async fn on(engine: Engine) -> Self {
        let place = Place::on(engine).await;
        let (proxy, mut url) = Proxy::before(place.url()).await;
        if engine == Engine::Mongodb {
            // A driver that looks for the replica set's members would find the way around the proxy.
            url.push_str(if url.contains('?') { "&directConnection=true" } else { "?directConnection=true" });
        }
        let url: &'static str = url.leak();
        let settings = [("database.url", url), ("database.timeout", "1s"), ("database.connections", "4")];
        let app = TestApp::on(Engine::Sqlite, &settings).await;
        let signed_up = sign_up(&app, "ann@example.com").send().await;
        assert_eq!(signed_up.status, 201, "{}", signed_up.text());
        let token = signed_up.json()["token"].as_str().unwrap().to_owned();
        let shop = Self { app, proxy, token, _place: place };
        shop.all_is_well().await;
        shop
    }

    fn read(&self) -> Call {
        self.app.call("GET", "/api/user").header("authorization", &format!("Bearer {}", self.token))
    }

    /// One request of each kind, twice as many at once as there are connections.
    fn mixture(&self) -> Vec<Call> {
        let change = json!({"name": "Ann Other"});
        let bearer = format!("Bearer {}", self.token);
        let mut calls = Vec::new();
        for number in 0..CONNECTIONS {
            calls.push(self.read());
            calls.push(self.app.call("PATCH", "/api/user").header("authorization", &bearer).json(&change));
            calls.push(log_in(&self.app));
            calls.push(sign_up(&self.app, &format!("new-{number}@example.com")));
        }
        calls
    }

    /// Everything works, at once, over no more connections than are allowed.
    async fn all_is_well(&self) {
        let calls =
            (0..4 * CONNECTIONS).map(|_| self.read()).chain((0..CONNECTIONS).map(|_| log_in(&self.app)));
        for (answer, _) in at_once(calls).await {
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
        // What was given up during an outage is gone soon after.
        let began = Instant::now();
        while self.proxy.open() > CONNECTIONS + WATCHERS {
            assert!(began.elapsed() < Duration::from_secs(3), "{} connections are open", self.proxy.open());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Nothing comes through, and everybody is told so in time.
    async fn is_out(&self, why: &str) {
        let mut longest = Duration::ZERO;
        for _ in 0..2 {
            for (answer, took) in at_once(self.mixture()).await {
                assert_eq!(answer.status, 503, "{why}: {}", answer.text());
                assert!(answer.header("retry-after").is_some(), "{why}: {:?}", answer.headers);
                longest = longest.max(took);
            }
        }
        assert!(longest < 2 * TIMEOUT + SLACK, "{why}: an answer took {longest:?}");
        let began = Instant::now();
        assert_eq!(self.app.get("/healthz").await.status, 200, "{why}");
        assert_eq!(self.app.get("/readyz").await.status, 503, "{why}");
        assert!(began.elapsed() < 2 * TIMEOUT + SLACK, "{why}: {:?}", began.elapsed());
        println!("{why}: the longest answer took {longest:?}");
    }

    async fn heals(&self, why: &str) {
        self.proxy.set(Link::Pass);
        let began = Instant::now();
        while self.app.get("/readyz").await.status != 200 || self.read().send().await.status != 200 {
            assert!(began.elapsed() < Duration::from_secs(10), "{why}: not healed after 10 s");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        println!("{why}: healed after {:?}", began.elapsed());
        self.all_is_well().await;
        // Whoever was told nothing asks again with the same key, and has one account.
        for number in 0..CONNECTIONS {
            let again = sign_up(&self.app, &format!("new-{number}@example.com")).send().await;
            assert_eq!(again.status, 201, "{why}: {}", again.text());
        }
    }
}

fn sign_up(app: &TestApp, email: &str) -> Call {
    let body = json!({"name": "Ann", "email": email, "password": PASSWORD, "session": "token"});
    app.call("POST", "/api/signup").header("idempotency-key", email).json(&body)
}

fn log_in(app: &TestApp) -> Call {
    let body: Value = json!({"email": "ann@example.com", "password": PASSWORD, "session": "token"});
    app.call("POST", "/api/login").json(&body)
}

async fn at_once(calls: impl IntoIterator<Item = Call>) -> Vec<(Answer, Duration)> {
    let timed = |call: Call| async move {
        let began = Instant::now();
        (call.send().await, began.elapsed())
    };
    let running: Vec<_> = calls.into_iter().map(|call| tokio::spawn(timed(call))).collect();
    let mut answers = Vec::new();
    for call in running {
        answers.push(call.await.unwrap());
    }
    answers
}

async fn outage(engine: Engine, link: Link) {
    let shop = Shop::on(engine).await;
    let why = format!("{} {link:?}", engine.name());
    for _ in 0..2 {
        shop.proxy.set(link);
        shop.is_out(&why).await;
        shop.heals(&why).await;
    }
}

async fn a_slow_link_is_only_slow(engine: Engine) {
    let shop = Shop::on(engine).await;
    shop.proxy.set(Link::Slow { latency: Duration::from_millis(25), bytes_per_second: 1 << 20 });
    for (answer, _) in at_once((0..CONNECTIONS).map(|_| shop.read())).await {
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    assert_eq!(shop.app.get("/readyz").await.status, 200);
}

macro_rules! links {
    ($($name:ident: $engine:expr;)*) => { $(mod $name {
        use super::*;

        #[tokio::test(flavor = "multi_thread")]
        async fn a_slow_link_is_only_slow() { super::a_slow_link_is_only_slow($engine).await }

        #[tokio::test(flavor = "multi_thread")]
        async fn a_trickle() {
            outage($engine, Link::Slow { latency: Duration::from_secs(5), bytes_per_second: 1024 }).await;
        }

        #[tokio::test(flavor = "multi_thread")]
        async fn a_reset_in_an_answer() { outage($engine, Link::Broken { after: 20 }).await }

        #[tokio::test(flavor = "multi_thread")]
        async fn a_link_that_is_half_open() { outage($engine, Link::HalfOpen).await }

        #[tokio::test(flavor = "multi_thread")]
        async fn a_black_hole() { outage($engine, Link::BlackHole).await }

        #[tokio::test(flavor = "multi_thread")]
        async fn nobody_listens() { outage($engine, Link::Refuse).await }
    })* };
}

links! {
    postgres: Engine::Postgres;
    mariadb: Engine::Mariadb;
    mysql: Engine::Mysql;
    mongodb: Engine::Mongodb;
}
