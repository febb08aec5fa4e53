//! A server whose log the test reads.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use doorstep_testkit::app::{Answer, Call, Setting, TestApp};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

pub const PRODUCTION: [Setting; 3] = [
    ("server.mode", "production"),
    ("server.public_url", "https://api.shop.example"),
    ("secrets.key", "4f0c8d2ab1e67793d5a0f4c21b9e8866f7d3150aa96e4b2cc8871d3350e9f1a7"),
];
pub const PASSWORD: &str = "correct horse battery staple";

/// Everything that was logged on this thread: a test's runtime has no other.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        self.clone()
    }
}

pub struct Logged {
    pub app: TestApp,
    lines: Lines,
    _guard: DefaultGuard,
}

impl Logged {
    pub async fn dev() -> Self {
        Self::with(&[]).await
    }

    pub async fn production() -> Self {
        Self::with(&PRODUCTION).await
    }

    pub async fn with(settings: &[Setting]) -> Self {
        let lines = Lines::default();
        let log = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_target(false)
            .with_writer(lines.clone())
            .finish();
        let guard = tracing::subscriber::set_default(log);
        Self { app: TestApp::with(settings).await, lines, _guard: guard }
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.lines.0.lock().unwrap().clone()).unwrap()
    }

    /// How many lines have this in them.
    pub fn count(&self, part: &str) -> usize {
        self.text().lines().filter(|line| line.contains(part)).count()
    }

    /// The ids of the catalogue that were named, in order.
    pub fn ids(&self) -> Vec<String> {
        let text = self.text();
        let after =
            text.match_indices("DS-").map(|(at, _)| text.get(at..at + 5).unwrap_or_default().to_owned());
        after.collect()
    }

    /// Sends a request twice: the same hint comes in both answers, and one line in the log.
    pub async fn explained(&self, call: impl Fn(&TestApp) -> Call, told: &str) -> Answer {
        let answer = call(&self.app).send().await;
        let again = call(&self.app).send().await;
        let hint = answer.json()["hint"].as_str().unwrap_or_default().to_owned();
        assert!(hint.starts_with(told), "{told}\n{hint}\n{}", answer.text());
        assert_eq!(again.json()["hint"], answer.json()["hint"]);
        assert_eq!(self.count(&hint), 1, "{hint}\n{}", self.text());
        answer
    }
}
