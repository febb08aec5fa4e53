//! One line for each request, written without the machinery of events: it is on the path of every answer.

use std::cell::RefCell;
use std::fmt::{self, Display, Write};
use std::time::Duration;

use doorstep_base::Timestamp;

use super::Writer;
use super::tags::Tag;
use super::trace::TraceId;
use crate::config::LogFormat;

/// Longer paths are cut: nobody else's text may fill the log.
const MOST_PATH: usize = 200;

#[derive(Clone)]
pub struct AccessLog(Option<(Writer, LogFormat)>);

/// What is told of a request.
pub struct Entry<'a> {
    pub at: Timestamp,
    pub method: &'a str,
    /// Without its query.
    pub path: &'a str,
    pub status: u16,
    pub took: Duration,
    /// Of the body, when it is known beforehand.
    pub bytes: Option<u64>,
    pub network: &'a str,
    pub request_id: &'a str,
    /// Whose session it was, by a word that changes every day.
    pub customer: Option<Tag>,
    /// The caller's `traceparent`.
    pub trace: Option<&'a TraceId>,
}

impl AccessLog {
    pub const fn new(writer: Writer, format: LogFormat) -> Self {
        Self(Some((writer, format)))
    }

    pub const fn off() -> Self {
        Self(None)
    }

    pub fn write(&self, entry: &Entry) {
        thread_local! {
            static LINE: RefCell<String> = RefCell::new(String::with_capacity(512));
        }
        let Some((writer, format)) = &self.0 else { return };
        LINE.with_borrow_mut(|line| {
            line.clear();
            let _ = match format {
                LogFormat::Text => entry.as_text(line),
                LogFormat::Json => entry.as_json(line),
            };
            writer.push(line.as_bytes());
        });
    }
}

impl Entry<'_> {
    fn as_text(&self, line: &mut String) -> fmt::Result {
        let millis = Millis(self.took);
        write!(line, "{}  INFO {} {} {} {millis}ms ", self.at, self.method, Quoted(self.path), self.status)?;
        match self.bytes {
            Some(bytes) => write!(line, "{bytes}B ")?,
            None => line.push_str("- "),
        }
        write!(line, "{} {}", self.network, self.request_id)?;
        if let Some(customer) = &self.customer {
            write!(line, " customer={customer}")?;
        }
        if let Some(trace) = self.trace {
            write!(line, " trace={trace}")?;
        }
        line.write_char('\n')
    }

    fn as_json(&self, line: &mut String) -> fmt::Result {
        write!(
            line,
            r#"{{"timestamp":"{}","level":"INFO","message":"request","method":"{}","path":"{}","status":{},"durationMs":{}"#,
            self.at,
            self.method,
            Quoted(self.path),
            self.status,
            Millis(self.took),
        )?;
        if let Some(bytes) = self.bytes {
            write!(line, r#","bytes":{bytes}"#)?;
        }
        if let Some(customer) = &self.customer {
            write!(line, r#","customer":"{customer}""#)?;
        }
        if let Some(trace) = self.trace {
            write!(line, r#","traceId":"{trace}""#)?;
        }
        writeln!(line, r#","network":"{}","requestId":"{}"}}"#, self.network, self.request_id)
    }
}

/// Milliseconds with three places.
struct Millis(Duration);

impl Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.as_micros();
        write!(f, "{}.{:03}", micros / 1000, micros % 1000)
    }
}

/// What every secret of ours begins with, and an access token. Somebody may put one into an address by mistake.
const SECRETS: [&str; 5] = ["ds_token_", "ds_cookie_", "ds_refresh_", "ds_device_", "eyJ"];

/// Up to where the path may be written: what follows is a secret.
fn told(path: &str) -> usize {
    SECRETS.iter().filter_map(|begin| Some(path.find(begin)? + begin.len())).min().unwrap_or(path.len())
}

/// Text from outside: cut, and with nothing in it that could end a line, a string or a colour.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |b: u8| b.is_ascii_graphic() && b != b'"' && b != b'\\';
        let told = told(self.0).min(MOST_PATH);
        if told == self.0.len() && self.0.bytes().all(is_plain) {
            return f.write_str(self.0);
        }
        for byte in self.0.bytes().take(told) {
            if is_plain(byte) { f.write_char(char::from(byte))? } else { write!(f, "%{byte:02X}")? }
        }
        if self.0.len() > told { f.write_str("...") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str) -> Entry<'_> {
        Entry {
            at: Timestamp::from_millis(1_795_370_000_007),
            method: "GET",
            path,
            status: 200,
            took: Duration::from_micros(1234),
            bytes: Some(345),
            network: "127.0.0.1",
            request_id: "01932c07-5b6e-7000-8000-000000000001",
            customer: None,
            trace: None,
        }
    }

    #[test]
    fn a_line_has_everything_that_is_searched_for() {
        let (mut text, mut json) = (String::new(), String::new());
        entry("/api/user").as_text(&mut text).unwrap();
        entry("/api/user").as_json(&mut json).unwrap();
        assert_eq!(
            text,
            "2026-11-22T17:53:20.007Z  INFO GET /api/user 200 1.234ms 345B 127.0.0.1 01932c07-5b6e-7000-8000-000000000001\n"
        );
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value["durationMs"], 1.234);
        assert_eq!(value["path"], "/api/user");
    }

    #[test]
    fn a_secret_in_a_path_is_not_written() {
        for (path, written) in [
            ("/api/ds_refresh_c2VjcmV0/x", "/api/ds_refresh_..."),
            ("/api/sessions/ds_token_c2VjcmV0", "/api/sessions/ds_token_..."),
            ("/eyJhbGciOi.eyJzdWIi.c2ln", "/eyJ..."),
            ("/api/ds_cookie_", "/api/ds_cookie_"),
        ] {
            assert_eq!(Quoted(path).to_string(), written);
        }
    }

    #[test]
    fn a_hostile_path_stays_one_short_line() {
        let long = format!("/{}", "é\n\u{1b}[31m\"\\".repeat(300));
        let mut json = String::new();
        entry(&long).as_json(&mut json).unwrap();
        assert_eq!(json.matches('\n').count(), 1);
        assert!(json.is_ascii() && json.len() < 1000);
        serde_json::from_str::<serde_json::Value>(&json).unwrap();
    }
}
