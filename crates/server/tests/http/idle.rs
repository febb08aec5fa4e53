//! Connections without a request: how long they stay, and who gives way to whom.

use std::time::Duration;

use doorstep_testkit::app::{PRODUCTION, TestApp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

const SOON: Duration = Duration::from_secs(8);
/// Longer than a connection has to be idle before it may give way.
const IDLE: Duration = Duration::from_millis(1900);
const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Sends, and reads the answer; its first line.
async fn ask(stream: &mut TcpStream, request: &[u8]) -> String {
    stream.write_all(request).await.unwrap();
    let mut answer = String::new();
    while !is_whole(&answer) {
        let mut piece = [0; 4096];
        let count = timeout(SOON, stream.read(&mut piece)).await.unwrap().unwrap();
        assert!(count > 0, "closed after {answer:?}");
        answer += &String::from_utf8_lossy(&piece[..count]);
    }
    answer.lines().next().unwrap_or_default().to_owned()
}

fn is_whole(answer: &str) -> bool {
    answer.split_once("\r\n\r\n").is_some_and(|(head, body)| {
        let length = head
            .to_ascii_lowercase()
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        body.len() >= length.unwrap_or(0)
    })
}

async fn used(app: &TestApp) -> TcpStream {
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    assert_eq!(ask(&mut stream, HEALTH).await, "HTTP/1.1 200 OK");
    stream
}

async fn is_closed(stream: &mut TcpStream, within: Duration) -> bool {
    matches!(timeout(within, stream.read(&mut [0; 16])).await, Ok(Ok(0) | Err(_)))
}

#[tokio::test]
async fn an_idle_connection_stays_longer_than_a_head_may_take_and_then_ends() {
    let app = TestApp::with(&[("server.header_timeout", "100ms"), ("server.idle_timeout", "3s")]).await;
    let mut silent = TcpStream::connect(app.address()).await.unwrap();
    let mut stream = used(&app).await;
    sleep(Duration::from_millis(400)).await;
    assert_eq!(ask(&mut silent, HEALTH).await, "HTTP/1.1 200 OK");
    assert_eq!(ask(&mut stream, HEALTH).await, "HTTP/1.1 200 OK");
    assert!(is_closed(&mut silent, SOON).await && is_closed(&mut stream, SOON).await);
}

#[tokio::test]
async fn a_head_that_does_not_end_ends_a_connection_that_was_used_before() {
    let app = TestApp::with(&[("server.header_timeout", "100ms")]).await;
    for begun in ["GET /healthz HTTP/1.1\r\n", "G", "\r", "\r\n\r\n"] {
        let mut stream = used(&app).await;
        stream.write_all(begun.as_bytes()).await.unwrap();
        assert!(is_closed(&mut stream, SOON).await, "{begun:?}");
    }
}

#[tokio::test]
async fn an_empty_line_after_a_body_is_no_beginning() {
    let app = TestApp::with(&[("server.header_timeout", "100ms")]).await;
    let mut stream = used(&app).await;
    for _ in 0..2 {
        stream.write_all(b"\r\n").await.unwrap();
        sleep(Duration::from_millis(400)).await;
        assert_eq!(ask(&mut stream, HEALTH).await, "HTTP/1.1 200 OK");
    }
}

#[tokio::test]
async fn each_head_of_a_pipeline_has_its_own_time() {
    let app = TestApp::with(&[("server.header_timeout", "700ms")]).await;
    let (start, end) = HEALTH.split_at(20);
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    stream.write_all(start).await.unwrap();
    // Each read ends within the next head.
    for _ in 0..5 {
        sleep(Duration::from_millis(250)).await;
        assert_eq!(ask(&mut stream, &[end, start].concat()).await, "HTTP/1.1 200 OK");
    }
}

#[tokio::test]
async fn what_is_under_way_is_not_idle() {
    let app = TestApp::with(&[("server.idle_timeout", "200ms"), ("server.body_timeout", "8s")]).await;
    let body = r#"{"name":"Ada","email":"ada@example.com","password":"correct horse battery"}"#;
    let head = format!(
        "POST /api/signup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    for part in [&head[..40], &head[40..], &body[..9]] {
        stream.write_all(part.as_bytes()).await.unwrap();
        sleep(Duration::from_millis(600)).await;
    }
    assert_eq!(ask(&mut stream, &body.as_bytes()[9..]).await, "HTTP/1.1 201 Created");
    assert!(is_closed(&mut stream, SOON).await);
}

#[tokio::test]
async fn the_longest_idle_connection_of_a_network_gives_way_to_its_next() {
    let app =
        TestApp::with(&[&PRODUCTION[..], &[("server.max_connections_per_network", "2")]].concat()).await;
    let (mut first, mut second) = (used(&app).await, used(&app).await);
    sleep(IDLE).await;
    assert_eq!(ask(&mut first, HEALTH).await, "HTTP/1.1 200 OK");
    let mut third = used(&app).await;
    assert!(is_closed(&mut second, SOON).await, "it was idle longest");
    assert_eq!(ask(&mut first, HEALTH).await, "HTTP/1.1 200 OK");
    // Both were used just now: nobody gives way. What it sent is read off, so that it can read why.
    for _ in 0..8 {
        let mut fourth = TcpStream::connect(app.address()).await.unwrap();
        fourth.write_all(HEALTH).await.unwrap();
        sleep(Duration::from_millis(20)).await;
        assert!(ask(&mut fourth, b"").await.starts_with("HTTP/1.1 503 "));
    }
    assert_eq!(ask(&mut third, HEALTH).await, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn where_all_places_are_taken_idle_connections_give_way() {
    let app = TestApp::with(&[("server.max_connections", "2"), ("server.body_timeout", "60s")]).await;
    let mut silent = TcpStream::connect(app.address()).await.unwrap();
    let mut parked = TcpStream::connect(app.address()).await.unwrap();
    let head = b"POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{";
    parked.write_all(head).await.unwrap();
    assert!(is_closed(&mut silent, SOON).await);
    let _third = used(&app).await;
    assert!(ask(&mut parked, b"}").await.starts_with("HTTP/1.1 400 "));
}

#[tokio::test]
async fn an_answer_that_is_read_slowly_is_under_way() {
    let folder = Box::leak(Box::new(tempfile::tempdir().unwrap())).path();
    let size = 32 << 20;
    std::fs::write(folder.join("large.bin"), vec![0; size]).unwrap();
    let settings =
        [("server.static_dir", folder.to_str().unwrap()), ("server.max_connections_per_network", "1")];
    let app = TestApp::with(&[&PRODUCTION[..], &settings].concat()).await;
    let mut slow = TcpStream::connect(app.address()).await.unwrap();
    slow.write_all(b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    sleep(IDLE).await;
    let mut other = TcpStream::connect(app.address()).await.unwrap();
    assert!(ask(&mut other, HEALTH).await.starts_with("HTTP/1.1 503 "));
    let mut answer = vec![0; size];
    timeout(SOON, slow.read_exact(&mut answer)).await.unwrap().unwrap();
    let mut rest = vec![0; 64 * 1024];
    let head = String::from_utf8_lossy(&answer[..1024]).find("\r\n\r\n").unwrap() + 4;
    timeout(SOON, slow.read_exact(&mut rest[..head])).await.unwrap().unwrap();
    assert_eq!(ask(&mut slow, HEALTH).await, "HTTP/1.1 200 OK", "it was asked to close meanwhile");
}

#[tokio::test]
async fn a_body_that_nobody_read_does_not_keep_its_connection() {
    let app = TestApp::with(&[("server.idle_timeout", "1s")]).await;
    // Two segments, of which the second comes with the answer: what is left of the body is read after it was written.
    for length in [1, 200, 9000, 12_000, 16_000] {
        let mut stream = TcpStream::connect(app.address()).await.unwrap();
        let head =
            format!("POST /api/nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n");
        let body = vec![b'x'; length];
        stream.write_all(&[head.as_bytes(), &body].concat()).await.unwrap();
        let mut answer = Vec::new();
        let ended = timeout(SOON, stream.read_to_end(&mut answer)).await;
        assert!(ended.is_ok(), "{length}: still open");
        assert!(answer.starts_with(b"HTTP/1.1 404 "), "{length}");
    }
}
