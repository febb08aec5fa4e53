//! One server for each engine, all asked the same.

use std::sync::Arc;
use std::time::Duration;

use doorstep_base::Clock;
use doorstep_store::{Cell, Key, Record, Retention, Table};
use doorstep_testkit::Engine;
use doorstep_testkit::app::{Answer, Setting, TestApp};

use crate::calls::{Asked, Step};
use crate::dice::Seeded;

/// Nothing in an answer may depend on a server's port or on how busy the machine is.
const SETTINGS: &[Setting] = &[
    ("server.public_url", "http://localhost:5000"),
    ("tokens.issuer", "http://shop.test"),
    ("passwords.queue_deadline", "60s"),
    ("database.timeout", "60s"),
    ("server.trusted_proxies", "127.0.0.1/32"),
    ("sessions.most_per_customer", "4"),
    ("limits.login_per_account", "4 in 10m"),
];
/// The one header that the real time is in.
const REAL_TIME: &str = "date";

pub struct Engines(Vec<(&'static str, TestApp)>);

impl Engines {
    pub async fn start(names: &str, seed: u64) -> Self {
        let mut engines = Vec::new();
        for name in names.split_whitespace() {
            let engine = Engine::ALL.into_iter().find(|engine| engine.name() == name).unwrap();
            let chance = Arc::new(Seeded::new(seed));
            engines.push((engine.name(), TestApp::with_chance(engine, SETTINGS, chance).await));
        }
        Self(engines)
    }

    /// Takes a step on all engines at once and compares what they tell. A call has an answer.
    pub async fn take(&mut self, step: &Step, place: &str) -> Option<Answer> {
        let told = futures_util::future::join_all(self.0.iter_mut().map(|(_, app)| take(app, step))).await;
        let (first, others) = told.split_first().unwrap();
        for (other, (name, _)) in others.iter().zip(&self.0[1..]) {
            let (left, right) = (show(first), show(other));
            assert_eq!(left, right, "{place}: {} and {name} differ after {step:?}", self.0[0].0);
        }
        first.clone().unwrap_or(None)
    }

    /// Compares the records of all tables; returns how many there are in each database.
    pub async fn compare_records(&self, place: &str) -> usize {
        let mut count = 0;
        for table in Table::ALL {
            let mut after = None;
            loop {
                let mut pages = Vec::new();
                for (name, app) in &self.0 {
                    let page = app.store().records_after(table, after.clone(), 500).await.unwrap();
                    pages.push((
                        name,
                        page.into_iter().map(|record| settled(table, record)).collect::<Vec<_>>(),
                    ));
                }
                let (first, others) = pages.split_first().unwrap();
                for (name, page) in others {
                    assert_eq!(&first.1, page, "{place}: {table:?} differs on {} and {name}", first.0);
                }
                count += first.1.len();
                let Some(last) = first.1.last() else { break };
                after = Some::<Key>(last.key(table));
            }
        }
        count
    }
}

/// The answer to a call, or what went wrong with something else.
async fn take(app: &mut TestApp, step: &Step) -> Result<Option<Answer>, String> {
    let mut answer = None;
    match step {
        Step::Ask(asked) => answer = Some(ask(app, asked).await),
        Step::Wait(time) => app.clock.advance(*time),
        Step::KeepHouse => keep_house(app).await?,
        Step::Disable(email, disabled) => {
            app.users().set_disabled(email, *disabled).await.map_err(|error| error.to_string())?;
        }
        Step::Restart => app.restart().await,
    }
    // What an answer leaves to be written must be there before the next call.
    app.account().settle().await;
    // Mails are counted by the moment at which they are sent.
    while app.store().outbox_state().await.is_ok_and(|state| state.waiting > 0) {
        app.account().settle().await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(answer)
}

/// The record without what is left open: a request that ends its own session may be noted as its last use or not, on every
/// engine, because no request waits for that note.
fn settled(table: Table, mut record: Record) -> Record {
    let place = |name| table.columns().iter().position(|column| column.name == name).unwrap();
    if table == Table::Sessions && record.0[place("ended_at")] != Cell::Null {
        record.0[place("last_used_at")] = Cell::Null;
        record.0[place("idle_expires_at")] = Cell::Null;
    }
    record
}

async fn keep_house(app: &TestApp) -> Result<(), String> {
    app.account().maintain().await.map_err(|error| error.to_string())?;
    let now = app.clock.now();
    let month = Duration::from_secs(30 * 86_400);
    let kept = Retention { sessions_before: now - month, audit_before: now - month, expired_before: now };
    app.store().purge(kept).await.map(drop).map_err(|error| error.to_string())
}

async fn ask(app: &TestApp, asked: &Asked) -> Answer {
    let call = app.call(asked.method, &asked.path).header("host", "localhost:5000");
    let call = asked.headers.iter().fold(call, |call, (name, value)| call.header(name, value));
    call.body(asked.body.clone()).send().await
}

/// Everything that a client can see, as text.
fn show(told: &Result<Option<Answer>, String>) -> String {
    let answer = match told {
        Ok(Some(answer)) => answer,
        Ok(None) => return String::new(),
        Err(error) => return error.clone(),
    };
    let mut lines: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| name.as_str() != REAL_TIME)
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    lines.sort();
    format!("{}\n{}\n\n{}", answer.status, lines.join("\n"), String::from_utf8_lossy(&answer.body))
}
