//! A server that is killed at any moment loses nothing that it acknowledged, and leaves nothing half-done.
//!
//! This file runs itself: called with a database's URL it is the server, which says on its output what it is about to do and what
//! was acknowledged; without one it is the test, which kills that server again and again and looks at what stands.
//! (The process dies here, not the machine: what a power cut may take is up to `synchronous=FULL` and the disk.)

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test and its server")]

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::Arc;

use doorstep_base::{CustomerId, SessionId};
use doorstep_store::{AuditKind, EndReason, SessionMode, SignupOutcome, Store};
use doorstep_testkit::TestDatabase;
use doorstep_testkit::contract::made::{self, NOW};

const ROUNDS: usize = 15;

#[tokio::main]
async fn main() {
    match std::env::args().nth(1) {
        Some(url) if url.starts_with("sqlite:") => serve(&url).await,
        _ => kill_and_look().await,
    }
}

/// Signs customers up and logs every second one out, eight at a time, until it is killed.
async fn serve(url: &str) {
    let store = doorstep_store::open(url, doorstep_store::Settings::default()).await.unwrap();
    store.migrate(NOW).await.unwrap();
    let shoppers: Vec<_> = (0..8).map(|_| tokio::spawn(shop(Arc::clone(&store)))).collect();
    for shopper in shoppers {
        shopper.await.unwrap();
    }
}

async fn shop(store: Arc<dyn Store>) {
    for round in 0.. {
        let new = made::customer();
        let (customer, session) = (new.id, made::session(new.id, SessionMode::Cookie));
        let id = session.id;
        println!("begins {customer} {id}");
        let audit = made::event(AuditKind::SignedUp, customer);
        let outcome =
            store.insert_customer_unless_taken(new, Some(session), None, audit.into()).await.unwrap();
        assert_eq!(outcome, SignupOutcome::Inserted);
        println!("stands {customer} {id}");
        if round % 2 == 0 {
            let audit = made::event(AuditKind::LoggedOut, customer);
            assert!(store.end_session(customer, id, EndReason::LoggedOut, NOW, audit.into()).await.unwrap());
            println!("ended {customer} {id}");
        }
    }
}

async fn kill_and_look() {
    let database = TestDatabase::sqlite().await;
    let mut said = Vec::new();
    for round in 0..ROUNDS {
        said.extend(serve_and_kill(database.url(), 1 + round * 37));
        let store = database.another_node().await;
        for line in &said {
            look(&store, line).await;
        }
        store.close().await;
    }
    let acknowledged = said.iter().filter(|(what, ..)| what != "begins").count();
    println!("{ROUNDS} kills, {acknowledged} acknowledged writes, none lost");
}

type Said = (String, CustomerId, SessionId);

/// Everything that a server said until it was killed, which is soon after its `lines`th line.
fn serve_and_kill(url: &str, lines: usize) -> Vec<Said> {
    let mut server =
        Command::new(std::env::current_exe().unwrap()).arg(url).stdout(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(server.stdout.take().unwrap());
    let mut said = String::new();
    for _ in 0..lines {
        assert_ne!(output.read_line(&mut said).unwrap(), 0, "the server stopped by itself");
    }
    server.kill().unwrap();
    output.read_to_string(&mut said).unwrap();
    server.wait().unwrap();
    // The last line may be cut off.
    let whole = said.rfind('\n').map_or("", |end| &said[..end]);
    whole.lines().map(parse).collect()
}

fn parse(line: &str) -> Said {
    let words: Vec<_> = line.split(' ').collect();
    let [what, customer, session] = words[..] else { panic!("{line:?}") };
    (what.to_owned(), customer.parse().unwrap(), session.parse().unwrap())
}

async fn look(store: &Arc<dyn Store>, (what, customer, session): &Said) {
    let stands = store.find_customer(*customer).await.unwrap().is_some();
    let session = store.find_session(*session).await.unwrap();
    let trail = made::trail(store, *customer).await;
    assert_eq!(
        (stands, stands),
        (session.is_some(), trail.contains(&"signed_up")),
        "half a sign-up: {customer}"
    );
    let ended = session.is_some_and(|found| found.session.ended_at.is_some());
    assert_eq!(ended, trail.contains(&"logged_out"), "half an ending: {customer}");
    match what.as_str() {
        "begins" => {}
        "stands" => assert!(stands, "lost: {customer}"),
        "ended" => assert!(ended, "revived: {customer}"),
        other => panic!("{other}"),
    }
}
