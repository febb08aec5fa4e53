//! Two nodes on one database, asked over HTTP: together they keep every promise that one keeps.
//!
//! `DOORSTEP_TEST_ENGINE` names the database, `DOORSTEP_TEST_ROUNDS` how often each race is run (3).

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod limits;
mod once;
mod sessions;

use std::collections::BTreeMap;
use std::sync::Arc;

use doorstep_testkit::app::{Answer, Call, TestApp};
use serde_json::{Value, json};
use tokio::sync::Barrier;

const PASSWORD: &str = "correct horse battery staple";
const CALLERS: usize = 50;

/// Two servers that know nothing of each other but the database.
async fn nodes(settings: &[(&'static str, &'static str)]) -> [TestApp; 2] {
    // One address and issuer for both, as behind one name; and time enough on a busy machine, where an honest 503 would be no mistake.
    let own = [
        ("server.public_url", "http://shop.test"),
        ("tokens.issuer", "http://shop.test"),
        ("passwords.queue_deadline", "60s"),
        ("database.timeout", "60s"),
        ("server.request_timeout", "2m"),
    ];
    let first = TestApp::with(&[&own, settings].concat()).await;
    let second = first.another_node().await;
    [first, second]
}

fn rounds() -> usize {
    std::env::var("DOORSTEP_TEST_ROUNDS").map_or(3, |rounds| rounds.parse().unwrap())
}

/// What `CALLERS` at one moment are answered; the even ones ask the first node, the odd ones the second.
async fn race(nodes: &[TestApp; 2], call: impl Fn(&TestApp) -> Call) -> Vec<Answer> {
    let start = Arc::new(Barrier::new(CALLERS));
    let racing: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (call, start) = (call(&nodes[caller % 2]), start.clone());
            tokio::spawn(async move {
                start.wait().await;
                call.send().await
            })
        })
        .collect();
    let mut answers = Vec::new();
    for caller in racing {
        answers.push(caller.await.unwrap());
    }
    answers
}

fn sign_up(node: &TestApp, email: &str, mode: &str) -> Call {
    let body = json!({"name": "Ada", "email": email, "password": PASSWORD, "session": mode});
    node.call("POST", "/api/signup").header("origin", node.origin()).json(&body)
}

/// A request as the customer who holds what `answer` gave.
fn as_customer(node: &TestApp, answer: &Answer, method: &str, path: &str) -> Call {
    let call = node.call(method, path);
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    match cookie {
        Some(cookie) => call.header("cookie", cookie).header("origin", node.origin()),
        None => call.header("authorization", &format!("Bearer {}", text(&answer.json(), "token"))),
    }
}

fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap().to_owned()
}

/// How many were answered with each status.
fn statuses(answers: &[Answer]) -> BTreeMap<u16, usize> {
    answers.iter().fold(BTreeMap::new(), |mut counts, answer| {
        *counts.entry(answer.status).or_default() += 1;
        counts
    })
}

#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.json()["code"], code);
}
