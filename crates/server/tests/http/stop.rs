//! Stopping without losing a request.

use std::time::Duration;

use doorstep_testkit::app::TestApp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

const BODY: &str = r#"{"name":"Ada","email":"ada@example.com","password":"correct horse battery"}"#;

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// A connection whose request has begun: the head is there, the body is not.
async fn half_a_request(app: &TestApp) -> TcpStream {
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    let length = BODY.len();
    let head = format!(
        "POST /api/signup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    sleep(Duration::from_millis(100)).await;
    stream
}

#[tokio::test]
async fn a_request_under_way_is_finished_and_then_nothing_listens() {
    let app = TestApp::start().await;
    let mut stream = half_a_request(&app).await;
    let stopping = tokio::spawn({
        let app = app.clone();
        async move { app.stop().await }
    });
    sleep(Duration::from_millis(100)).await;
    stream.write_all(BODY.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(Duration::from_secs(5), stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    stopping.await.unwrap();
    assert!(TcpStream::connect(app.address()).await.is_err());
}

#[tokio::test]
async fn idle_connections_do_not_delay_the_stop() {
    let app = TestApp::start().await;
    let idle = TcpStream::connect(app.address()).await.unwrap();
    sleep(Duration::from_millis(50)).await;
    let begun = Instant::now();
    app.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    drop(idle);
}

#[tokio::test]
async fn a_request_that_does_not_end_is_cut_off_at_the_deadline() {
    let app = TestApp::with(&[("server.shutdown_timeout", "300ms")]).await;
    let _stream = half_a_request(&app).await;
    let begun = Instant::now();
    app.stop().await;
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(300) && took < Duration::from_secs(3), "{took:?}");
}

#[tokio::test]
async fn a_head_that_was_half_there_is_answered() {
    for before in [0, 1] {
        let app = TestApp::start().await;
        let (start, rest) = HEALTH.split_at(20);
        let mut stream = TcpStream::connect(app.address()).await.unwrap();
        for _ in 0..before {
            stream.write_all(HEALTH.as_bytes()).await.unwrap();
            let count = stream.read(&mut [0; 4096]).await.unwrap();
            assert!(count > 0);
        }
        stream.write_all(start.as_bytes()).await.unwrap();
        sleep(Duration::from_millis(100)).await;
        let stopping = tokio::spawn({
            let app = app.clone();
            async move { app.stop().await }
        });
        sleep(Duration::from_millis(300)).await;
        stream.write_all(rest.as_bytes()).await.unwrap();
        let mut answer = String::new();
        timeout(Duration::from_secs(5), stream.read_to_string(&mut answer)).await.unwrap().unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "after {before}: {answer}");
        assert!(answer.contains("connection: close\r\n"), "after {before}: {answer}");
        stopping.await.unwrap();
    }
}

#[tokio::test]
async fn neither_a_head_without_an_end_nor_an_upload_that_nobody_wants_delays_the_stop() {
    let app = TestApp::start().await;
    let mut half = TcpStream::connect(app.address()).await.unwrap();
    half.write_all(&HEALTH.as_bytes()[..20]).await.unwrap();
    let mut upload = TcpStream::connect(app.address()).await.unwrap();
    let head = "POST /api/signup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 30000000\r\n\r\n";
    upload.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    upload.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
    let uploading = tokio::spawn(async move {
        while upload.write_all(&[b'x'; 16 * 1024]).await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
    });
    let begun = Instant::now();
    app.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    uploading.await.unwrap();
    drop(half);
}

#[tokio::test]
async fn what_waits_to_be_accepted_is_answered() {
    let app = TestApp::with(&[("server.max_connections", "2"), ("server.header_timeout", "1s")]).await;
    let mut places = [half_a_request(&app).await, half_a_request(&app).await];
    let mut waiting = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(app.address()).await.unwrap();
        stream.write_all(HEALTH.as_bytes()).await.unwrap();
        waiting.push(stream);
    }
    let stopping = tokio::spawn({
        let app = app.clone();
        async move { app.stop().await }
    });
    sleep(Duration::from_millis(100)).await;
    for (stream, body) in places.iter_mut().zip([BODY.to_owned(), BODY.replace("ada@", "bob@")]) {
        stream.write_all(body.as_bytes()).await.unwrap();
    }
    for (number, mut stream) in waiting.into_iter().enumerate() {
        let mut answer = String::new();
        let read = timeout(Duration::from_secs(5), stream.read_to_string(&mut answer)).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{number}: {read:?}, {answer}");
    }
    stopping.await.unwrap();
}
