//! What is about connections; answers of real servers are in `tests/mail`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// What a server has seen.
#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
    mails: AtomicUsize,
}

/// A server that takes every mail, a moment after it came; on its first `silent` connections it never answers to DATA.
async fn server(silent: usize) -> (Smtp, Arc<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://127.0.0.1:{}?tls=none", listener.local_addr().unwrap().port());
    let seen = Arc::new(Seen::default());
    let shared = seen.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let is_silent = shared.connections.fetch_add(1, Ordering::SeqCst) < silent;
            let seen = shared.clone();
            tokio::spawn(async move {
                seen.most.fetch_max(seen.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let _ = talk(stream, &seen, is_silent).await;
                seen.now.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    (Smtp::new(&MailUrl::read(&url).unwrap(), "shop.example").unwrap(), seen)
}

async fn talk(mut stream: TcpStream, seen: &Seen, is_silent: bool) -> std::io::Result<()> {
    let (reading, mut writing) = stream.split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 here\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        if line != "DATA" {
            writing.write_all(b"250 ok\r\n").await?;
            continue;
        }
        if is_silent {
            std::future::pending::<()>().await;
        }
        writing.write_all(b"354 go\r\n").await?;
        while lines.next_line().await?.is_some_and(|line| line != ".") {}
        tokio::time::sleep(Duration::from_millis(20)).await;
        seen.mails.fetch_add(1, Ordering::SeqCst);
        writing.write_all(b"250 taken\r\n").await?;
    }
    Ok(())
}

async fn send(smtp: &Smtp) -> Result<(), SendError> {
    smtp.send("shop@shop.example", "ada@example.com", b"Subject: x\r\n\r\nx\r\n").await
}

#[tokio::test]
async fn what_is_given_up_half_way_is_never_used_again() {
    let (smtp, seen) = server(1).await;
    let given_up = tokio::time::timeout(Duration::from_millis(200), send(&smtp)).await;
    assert!(given_up.is_err());
    // On the old connection the answer to this mail's MAIL would be the one to the former's DATA.
    assert_eq!(send(&smtp).await, Ok(()));
    assert_eq!(send(&smtp).await, Ok(()));
    assert_eq!(seen.connections.load(Ordering::SeqCst), 2);
    assert_eq!(seen.mails.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn many_mails_take_turns_on_four_connections() {
    let (smtp, seen) = server(0).await;
    let smtp = Arc::new(smtp);
    let begun = |smtp: Arc<Smtp>| tokio::spawn(async move { send(&smtp).await });
    let sending: Vec<_> = (0..12).map(|_| begun(smtp.clone())).collect();
    for sent in sending {
        assert_eq!(sent.await.unwrap(), Ok(()));
    }
    assert_eq!(seen.mails.load(Ordering::SeqCst), 12);
    assert_eq!(seen.most.load(Ordering::SeqCst), 4);
    assert_eq!(seen.connections.load(Ordering::SeqCst), 4);
}
