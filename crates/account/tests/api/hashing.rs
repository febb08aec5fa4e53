//! Who gets a password checked, and what becomes of attempts that were counted and not checked.

use std::time::Duration;

use doorstep_store::AuditKind;
use doorstep_testkit::app::TestApp;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::support::{Answer, PASSWORD, SETTINGS, Visitor, sign_up};

const PATIENCE: Duration = Duration::from_secs(30);

/// One slot, and little patience: what waits behind a long check is told `busy`.
async fn hurried() -> TestApp {
    let mut settings = SETTINGS.to_vec();
    settings.retain(|(name, _)| *name != "passwords.queue_deadline");
    settings.extend([("passwords.slots", "1"), ("passwords.queue_deadline", "20ms")]);
    settings.push(("server.trusted_proxies", "127.0.0.1/32"));
    TestApp::with(&settings).await
}

fn login(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

async fn log_in(app: &TestApp, email: &str, password: &str) -> Answer {
    Visitor::new(app).with("x-forwarded-for", "192.0.2.1").post("/api/login", login(email, password)).await
}

/// Sends a login on a connection of its own and does not wait for its answer.
async fn send_login(app: &TestApp, email: &str, network: &str) -> TcpStream {
    let body = login(email, "wrong pass phrase").to_string();
    let request = format!(
        "POST /api/login HTTP/1.1\r\nHost: shop\r\nX-Forwarded-For: {network}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Guesses until ten of them stand in the trail: no more and no fewer may ever be checked while the clock stands.
async fn expect_ten_checked(app: &TestApp, email: &str) {
    let deadline = Instant::now() + PATIENCE;
    while failures(app, email).await < 10 {
        let answer = log_in(app, email, "wrong pass phrase").await;
        assert!([401, 429, 503].contains(&answer.status), "{}", answer.text);
        let trail = failures(app, email).await;
        assert!(Instant::now() < deadline, "{trail} of ten attempts were checked: {}", answer.text);
    }
    // What was given back late would be seen now.
    tokio::time::sleep(Duration::from_millis(200)).await;
    log_in(app, email, "wrong pass phrase").await.refused(429, "rate_limited");
    assert_eq!(failures(app, email).await, 10);
}

async fn failures(app: &TestApp, email: &str) -> usize {
    let customer = app.users().find(email).await.unwrap().id;
    let events = app.store().audit_of(customer, 100).await.unwrap();
    events.iter().filter(|event| event.kind == AuditKind::LoginFailed).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_that_found_no_time_are_given_back() {
    let app = hurried().await;
    app.users().import("ada@example.com", "Ada", &bcrypt::hash(PASSWORD, 4).unwrap()).await.unwrap();
    let slow = bcrypt::hash("gargoyle in may", 12).unwrap();
    let (mut busy, deadline) = (0, Instant::now() + PATIENCE);
    for round in 0.. {
        let email = format!("slow{round}@example.com");
        app.users().import(&email, "Slow", &slow).await.unwrap();
        let holder = send_login(&app, &email, "203.0.113.1").await;
        tokio::time::sleep(Duration::from_millis(10)).await;
        let guesses: Vec<_> = (0..5)
            .map(|_| {
                let app = app.clone();
                tokio::spawn(async move { log_in(&app, "ada@example.com", "wrong pass phrase").await.status })
            })
            .collect();
        for guess in guesses {
            busy += usize::from(guess.await.unwrap() == 503);
        }
        drop(holder);
        if busy >= 15 {
            break;
        }
        assert!(Instant::now() < deadline, "only {busy} were told to come again");
    }
    expect_ten_checked(&app, "ada@example.com").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_that_hang_up_are_in_the_trail_or_were_not_counted() {
    let app = TestApp::with(SETTINGS).await;
    sign_up(&app, "token").await;
    let mut hung_up = Vec::new();
    for _ in 0..10 {
        hung_up.push(send_login(&app, "ada@example.com", "192.0.2.1").await);
    }
    tokio::time::sleep(Duration::from_millis(8)).await;
    drop(hung_up);
    expect_ten_checked(&app, "ada@example.com").await;
}

#[tokio::test]
async fn a_check_that_has_begun_ends_in_the_trail_although_its_client_hung_up() {
    let app = TestApp::with(SETTINGS).await;
    let slow = bcrypt::hash("gargoyle in may", 12).unwrap();
    app.users().import("slow@example.com", "Slow", &slow).await.unwrap();
    // On a busy machine a check may not have begun so soon: then it was given back, and the next one waits longer.
    for pause in [60, 120, 240, 480, 960] {
        let stream = send_login(&app, "slow@example.com", "192.0.2.1").await;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        drop(stream);
        let deadline = Instant::now() + Duration::from_secs(5);
        while Instant::now() < deadline {
            if failures(&app, "slow@example.com").await > 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    panic!("no row in the trail");
}
