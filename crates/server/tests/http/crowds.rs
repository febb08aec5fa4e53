//! Many at once, and much of it: memory for bodies, places for networks, and answers to those who still send.

use std::time::Duration;

use doorstep_testkit::app::{PRODUCTION, Setting, TestApp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

const SOON: Duration = Duration::from_secs(8);
const SIGNUP: &str = r#"{"name":"Ada","email":"ada@example.com","password":"correct horse battery"}"#;

fn head(request: &str, length: usize) -> String {
    format!("{request} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n")
}

/// A connection whose client has sent a head and then so much of its body, and waits.
async fn parked(app: &TestApp, sent: usize) -> TcpStream {
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    let head = head("POST /api/signup", 60_000) + "Content-Type: application/json\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b' '; sent]).await.unwrap();
    stream
}

async fn first_line(stream: &mut TcpStream) -> String {
    let mut answer = [0; 12];
    timeout(SOON, stream.read_exact(&mut answer)).await.unwrap().unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn parked_bodies_take_a_bounded_memory_and_no_form_waits_for_them() {
    let settings = [("server.body_memory", "64KiB"), ("server.body_timeout", "60s")];
    let app = TestApp::with(&settings).await;
    let mut all = Vec::new();
    for _ in 0..20 {
        all.push(parked(&app, 50_000).await);
    }
    // One of them has its 64 KiB; the others are told so.
    let mut busy = 0;
    for stream in &mut all {
        let mut answer = vec![0; 4096];
        if let Ok(Ok(count @ 1..)) = timeout(Duration::from_millis(200), stream.read(&mut answer)).await {
            let answer = String::from_utf8_lossy(&answer[..count]).to_ascii_lowercase();
            assert!(answer.starts_with("http/1.1 503 ") && answer.contains("retry-after: "), "{answer}");
            busy += 1;
        }
    }
    assert!(busy >= 18, "{busy}");
    let ordinary = app.call("POST", "/api/signup").header("content-type", "application/json").body(SIGNUP);
    assert_eq!(ordinary.send().await.status, 201);
    drop(all);
    // What was taken is given back when its connection ends.
    let begun = Instant::now();
    loop {
        let long = format!("{{\"email\":\"{}\"}}", "x".repeat(40_000));
        let call = app.call("POST", "/api/login").header("content-type", "application/json").body(long);
        let status = call.send().await.status;
        if status != 503 {
            assert_eq!(status, 400);
            break;
        }
        assert!(begun.elapsed() < SOON, "nothing is given back");
        sleep(Duration::from_millis(50)).await;
    }
}

/// Sends all of a long body before it reads anything, as browsers do; what it reads then, to the end.
async fn upload(app: &TestApp, head: &str, chunk: &[u8], times: usize) -> String {
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..times {
        stream.write_all(chunk).await.unwrap_or_else(|error| panic!("while sending: {error}"));
    }
    let mut answer = Vec::new();
    timeout(SOON, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn whoever_sends_20_megabytes_can_read_why_they_are_not_taken() {
    let app = TestApp::start().await;
    let (megabyte, times) = (vec![b'x'; 1024 * 1024], 20);
    let json = "Content-Type: application/json\r\n\r\n";
    for (request, more, status) in [
        ("POST /api/signup", json, 413),
        ("POST /api/signup", "Content-Type: text/plain\r\n\r\n", 415),
        ("POST /api/nothing", json, 404),
        ("PUT /api/signup", json, 405),
        ("PATCH /api/user", json, 401),
        ("POST /api/signup", "Origin: http://localhost\r\nOrigin: http://localhost\r\n\r\n", 400),
    ] {
        let answer = upload(&app, &(head(request, megabyte.len() * times) + more), &megabyte, times).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {answer}");
        assert!(answer.to_ascii_lowercase().contains("connection: close"), "{answer}");
    }
    let chunked = "POST /api/signup HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n";
    let mut chunk = format!("{:x}\r\n", megabyte.len()).into_bytes();
    chunk.extend([&megabyte[..], b"\r\n"].concat());
    assert!(upload(&app, chunked, &chunk, times).await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn a_client_that_asks_first_is_refused_before_it_sends() {
    let app = TestApp::start().await;
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    let more = "Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all((head("POST /api/signup", 20 << 20) + more).as_bytes()).await.unwrap();
    assert_eq!(first_line(&mut stream).await, "HTTP/1.1 413");
}

#[tokio::test]
async fn nobody_is_read_off_for_ever() {
    let app = TestApp::start().await;
    let refused = head("POST /api/signup", 1 << 40) + "Content-Type: application/json\r\n\r\n";
    // One drips, one sends without end: both lose the connection.
    for (piece, pause) in [(vec![b'x'; 1], 20), (vec![b'x'; 1024 * 1024], 0)] {
        let mut stream = TcpStream::connect(app.address()).await.unwrap();
        stream.write_all(refused.as_bytes()).await.unwrap();
        let sending = async {
            let mut sent = 0;
            while stream.write_all(&piece).await.is_ok() {
                sent += piece.len();
                sleep(Duration::from_millis(pause)).await;
            }
            sent
        };
        let sent = timeout(SOON, sending).await.unwrap();
        assert!(sent < 64 << 20, "{sent}");
    }
}

const CROWDED: Setting = ("server.max_connections_per_network", "2");

#[tokio::test]
async fn one_network_takes_no_more_than_its_places() {
    let app = TestApp::with(&[&PRODUCTION[..], &[CROWDED]].concat()).await;
    let (first, _second) = (parked(&app, 1).await, parked(&app, 1).await);
    sleep(Duration::from_millis(100)).await;
    let mut third = TcpStream::connect(app.address()).await.unwrap();
    let mut told = String::new();
    timeout(SOON, third.read_to_string(&mut told)).await.unwrap().unwrap();
    assert!(told.starts_with("HTTP/1.1 503 ") && told.contains("Retry-After: 2"), "{told}");
    let (_, body) = told.split_once("\r\n\r\n").unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(body).unwrap()["code"], "busy");
    assert!(told.contains(&format!("Content-Length: {}\r\n", body.len())), "{told}");
    // A place that is left is free again.
    drop(first);
    let begun = Instant::now();
    while !app.raw(b"GET /healthz HTTP/1.0\r\n\r\n").await.starts_with("HTTP/1.0 200 ") {
        assert!(begun.elapsed() < SOON, "the place is not free");
    }
}

#[tokio::test]
async fn a_proxy_and_a_developers_machine_have_as_many_as_they_need() {
    let proxied = [&PRODUCTION[..], &[CROWDED, ("server.trusted_proxies", "127.0.0.1")]].concat();
    for settings in [&proxied[..], &[CROWDED]] {
        let app = TestApp::with(settings).await;
        let mut all = Vec::new();
        for _ in 0..5 {
            all.push(parked(&app, 1).await);
        }
        assert_eq!(app.get("/healthz").await.status, 200);
    }
}
