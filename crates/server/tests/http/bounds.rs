//! Slow, large and many: what one client can take from the others.

use std::time::Duration;

use doorstep_testkit::app::TestApp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::paths::is_problem;

/// Sends a piece every 50 ms until the server closes; what it said by then.
async fn drip(app: &TestApp, head: &str, piece: &[u8]) -> String {
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let mut answer = Vec::new();
    let dripping = async {
        while writer.write_all(piece).await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = reader.read_to_end(&mut answer) => {}
        () = dripping => {}
        () = sleep(Duration::from_secs(5)) => panic!("the server waits for ever"),
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_head_that_does_not_end_ends_the_connection() {
    let app = TestApp::with(&[("server.header_timeout", "300ms")]).await;
    let answer = drip(&app, "GET /healthz HTTP/1.1\r\n", b"X: y\r\n").await;
    assert!(!answer.contains("200 OK"), "{answer}");
    assert_eq!(app.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_body_that_does_not_end_is_a_408() {
    let app = TestApp::with(&[("server.body_timeout", "300ms")]).await;
    let head = "POST /api/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";
    let answer = drip(&app, head, b" ").await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("request_timeout"), "{answer}");
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_a_503_with_everything_an_answer_has() {
    let app = TestApp::with(&[("server.request_timeout", "200ms"), ("server.body_timeout", "10s")]).await;
    let head = "POST /api/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: http://localhost:5173\r\n\
                Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n";
    let answer = drip(&app, head, b" ").await.to_ascii_lowercase();
    assert!(answer.starts_with("http/1.1 503 ") && answer.contains("\"code\":\"timeout\""), "{answer}");
    assert!(answer.contains("retry-after: 2"), "{answer}");
    assert!(answer.contains("access-control-allow-origin: http://localhost:5173"), "{answer}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_a_413_whether_it_says_its_length_or_not() {
    let app = TestApp::with(&[("server.body_limit", "1KiB")]).await;
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(4000));
    let answer = app
        .call("POST", "/api/signup")
        .header("content-type", "application/json")
        .body(long.clone())
        .send()
        .await;
    is_problem(&answer, 413, "payload_too_large");
    let chunked = format!(
        "POST /api/signup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{long}\r\n0\r\n\r\n",
        long.len()
    );
    assert!(app.raw(chunked.as_bytes()).await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn a_client_that_sends_on_after_a_413_can_read_it() {
    let app = TestApp::start().await;
    let head = "POST /api/signup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n";
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    // Like a proxy that has the whole body already: it reads the answer when all is sent.
    for _ in 0..9 {
        stream.write_all(&vec![b'x'; 100_000]).await.unwrap();
        sleep(Duration::from_millis(5)).await;
    }
    let mut answer = [0; 12];
    timeout(Duration::from_secs(5), stream.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[tokio::test]
async fn a_chunked_body_within_the_limit_is_read() {
    let app = TestApp::start().await;
    let body = r#"{"name":"Ada","email":"ada@example.com","password":"correct horse battery"}"#;
    let request = format!(
        "POST /api/signup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    assert!(app.raw(request.as_bytes()).await.starts_with("HTTP/1.1 201 "));
}

#[tokio::test]
async fn connections_over_the_bound_wait_for_one_to_close() {
    let app = TestApp::with(&[("server.max_connections", "2")]).await;
    let first = TcpStream::connect(app.address()).await.unwrap();
    let second = TcpStream::connect(app.address()).await.unwrap();
    sleep(Duration::from_millis(100)).await;
    let mut third = TcpStream::connect(app.address()).await.unwrap();
    third.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut answer = [0; 12];
    assert!(timeout(Duration::from_millis(200), third.read_exact(&mut answer)).await.is_err());
    drop((first, second));
    timeout(Duration::from_secs(5), third.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let app = TestApp::start().await;
    let twice = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(2)
        + "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(app.raw(twice.as_bytes()).await.matches("HTTP/1.1 200 OK").count(), 3);
}

#[tokio::test]
async fn noise_kills_nobody() {
    let app = TestApp::with(&[("server.header_timeout", "200ms")]).await;
    let starts: [&[u8]; 4] = [
        b"",
        b"GET ",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n",
        b"POST /api/signup HTTP/1.1\r\nHost: localhost\r\nContent-Type: ",
    ];
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let noises: Vec<Vec<u8>> = (0..200)
        .map(|n| {
            let tail = (0..n * 3).map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state.to_le_bytes()[0]
            });
            starts[n % starts.len()].iter().copied().chain(tail).chain(*b"\r\n\r\n").collect()
        })
        .collect();
    let told = futures_util::future::join_all(noises.iter().map(|noise| app.raw(noise))).await;
    assert!(told.iter().all(|answer| !answer.starts_with("HTTP/1.1 5")), "{told:?}");
    assert_eq!(app.get("/healthz").await.status, 200);
}

/// More than the buffers of both ends hold.
const LARGE: usize = 32 << 20;

/// A shop with one large file, and a connection that has asked for it.
async fn large_file(body_timeout: &'static str) -> (TestApp, TcpStream) {
    let folder = Box::leak(Box::new(tempfile::tempdir().unwrap())).path();
    std::fs::write(folder.join("large.bin"), vec![0; LARGE]).unwrap();
    let settings = [("server.static_dir", folder.to_str().unwrap()), ("server.body_timeout", body_timeout)];
    let app = TestApp::with(&settings).await;
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    stream
        .write_all(b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    (app, stream)
}

#[tokio::test]
async fn a_client_that_reads_nothing_loses_its_connection() {
    let (app, mut stream) = large_file("300ms").await;
    sleep(Duration::from_millis(1500)).await;
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await.unwrap();
    assert!(!answer.is_empty() && answer.len() < LARGE, "{}", answer.len());
    assert_eq!(app.get("/large.bin").await.body.len(), LARGE);
}

#[tokio::test]
async fn a_client_that_reads_slowly_and_steadily_gets_all_of_it() {
    let (_app, mut stream) = large_file("3s").await;
    let mut answer = Vec::new();
    // 200 KB a second, for longer than the timeout.
    for _ in 0..75 {
        let mut piece = [0; 16_000];
        stream.read_exact(&mut piece).await.unwrap();
        answer.extend(piece);
        sleep(Duration::from_millis(80)).await;
    }
    timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    assert!(answer.len() > LARGE, "{}", answer.len());
}
