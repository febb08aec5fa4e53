//! Servers that want to keep the doctor busy, fill its memory, or write to the terminal of whoever asks.

use std::time::Duration;

use doorstep_doctor::Colors;
use doorstep_testkit::http_proxy::{HttpProxy, Reply};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::support::{PAGE, examine, ids};

const LONGEST: Duration = Duration::from_secs(12);

/// Examines a server that does this with each connection; the report, which came in time.
async fn against<F: Future<Output = ()> + Send + 'static>(
    work: impl Fn(TcpStream) -> F + Send + Sync + 'static,
) -> Vec<String> {
    let proxy = HttpProxy::serve(work).await;
    let begun = Instant::now();
    let report = examine(&proxy.url(), &[PAGE]).await;
    assert!(begun.elapsed() < LONGEST, "{:?}", begun.elapsed());
    assert_plain(&report.text(Colors { is_on: false }));
    ids(&report)
}

fn assert_plain(text: &str) {
    assert!(!text.chars().any(|c| c != '\n' && c.is_control()), "{text:?}");
}

async fn heard(stream: &mut TcpStream) {
    let mut head = [0; 4096];
    let _ = stream.read(&mut head).await;
}

/// Sends the same for as long as somebody reads.
async fn repeat(mut stream: TcpStream, first: &[u8], bytes: Vec<u8>, pause: Duration) {
    heard(&mut stream).await;
    let _ = stream.write_all(first).await;
    while stream.write_all(&bytes).await.is_ok() {
        sleep(pause).await;
    }
}

#[tokio::test]
async fn silence_and_slowness_end_in_time() {
    let silent = against(|mut stream| async move {
        heard(&mut stream).await;
        sleep(Duration::from_secs(60)).await;
    })
    .await;
    assert_eq!(silent, ["DS-32"]);
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n";
    let drip = against(move |stream| repeat(stream, head, b" ".to_vec(), Duration::from_millis(50))).await;
    assert_eq!(drip, ["DS-32"]);
    let heads = against(|stream| {
        repeat(stream, b"HTTP/1.1 200 OK\r\n", b"a: b\r\n".to_vec(), Duration::from_millis(50))
    });
    assert_eq!(heads.await, ["DS-32"]);
}

#[tokio::test]
async fn endless_heads_bodies_and_continues_are_cut() {
    let large = "x".repeat(64 * 1024);
    let header = format!("h: {large}\r\n").into_bytes();
    let heads =
        against(move |stream| repeat(stream, b"HTTP/1.1 200 OK\r\n", header.clone(), Duration::ZERO)).await;
    assert_eq!(heads, ["-"]);
    let body = large.into_bytes();
    let bodies = against(move |stream| {
        repeat(stream, b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n", body.clone(), Duration::ZERO)
    })
    .await;
    assert_eq!(bodies, ["DS-20"]);
    let wait = b"HTTP/1.1 100 Continue\r\n\r\n".to_vec();
    let continues = against(move |stream| repeat(stream, b"", wait.clone(), Duration::from_millis(1))).await;
    assert_eq!(continues, ["DS-32"]);
}

#[tokio::test]
async fn what_is_not_http_is_said_to_be_so() {
    let noise: Vec<u8> = (0..=255).cycle().take(4096).collect();
    for bytes in
        [noise, b"SSH-2.0-OpenSSH_9.9\r\n".to_vec(), b"HTTP/1.1 999999 x\r\n\r\n".to_vec(), Vec::new()]
    {
        let found = against(move |mut stream| {
            let bytes = bytes.clone();
            async move {
                heard(&mut stream).await;
                let _ = stream.write_all(&bytes).await;
            }
        })
        .await;
        assert_eq!(found, ["-"]);
    }
}

#[tokio::test]
async fn who_answers_something_else_and_stays_is_not_waited_for() {
    let found = against(|mut stream| async move {
        let mut head = [0; 4096];
        let _ = stream.read(&mut head).await;
        // The doctor then tries whether TLS is spoken here: to that there is no answer.
        if head.starts_with(b"GET ") {
            let _ = stream.write_all(b"not HTTP\r\n\r\n").await;
        }
        // Neither closed nor answered any more.
        while matches!(stream.read(&mut [0; 4096]).await, Ok(1..)) {}
    });
    assert_eq!(found.await, ["-"]);
}

#[tokio::test]
async fn endless_redirects_are_not_followed() {
    let proxy = HttpProxy::start(None, |asked, _| Reply::to(302, &asked.path)).await;
    let report = examine(&proxy.url(), &[]).await;
    assert_eq!(ids(&report), ["DS-19"]);
    assert!(report.findings[0].fix[0].starts_with("It redirects to itself"), "{report:?}");
}

#[tokio::test]
async fn nothing_of_a_server_writes_to_the_terminal() {
    let proxy = HttpProxy::start(None, |_, _| {
        let mut reply = Reply::page(200, "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}\r\nDS-99 error");
        reply.set("location", "\u{80}\u{9b}31m");
        reply
    })
    .await;
    let report = examine(&proxy.url(), &[PAGE]).await;
    assert_eq!(ids(&report), ["DS-20"]);
    let text = report.text(Colors { is_on: false });
    assert_plain(&text);
    assert!(text.contains("\\u{1b}[2J") && !text.contains('\u{202e}'), "{text}");
}
