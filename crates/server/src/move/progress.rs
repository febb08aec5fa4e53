//! How far a move is: a line that is written over and over on a terminal, and now and then a line elsewhere.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use tokio::time::Instant;

const WIDTH: u64 = 24;

/// Tells what happens, on standard error or nowhere.
pub struct Progress {
    out: Option<std::io::Stderr>,
    is_terminal: bool,
    phase: &'static str,
    total: u64,
    done: u64,
    /// What was done already when this run began.
    before: u64,
    begun: Instant,
    reported: Instant,
}

impl Progress {
    pub fn on_standard_error() -> Self {
        let out = std::io::stderr();
        let is_terminal = out.is_terminal();
        Self { out: Some(out), is_terminal, ..Self::silent() }
    }

    pub fn silent() -> Self {
        let now = Instant::now();
        Self {
            out: None,
            is_terminal: false,
            phase: "",
            total: 0,
            done: 0,
            before: 0,
            begun: now,
            reported: now,
        }
    }

    /// Begins a phase of so many records, of which some are done.
    pub(super) fn begin(&mut self, phase: &'static str, total: u64, done: u64) {
        (self.phase, self.total, self.done, self.before) = (phase, total, done, done);
        (self.begun, self.reported) = (Instant::now(), Instant::now());
        if done > 0 {
            self.say(&format!("{phase}: going on behind {} records", grouped(done)));
        }
    }

    pub(super) fn add(&mut self, table: &str, count: u64) {
        self.done += count;
        self.note(|progress| progress.line(table));
    }

    pub(super) fn finish(&mut self) {
        let took = self.begun.elapsed().as_secs_f64();
        let (records, rate) = (grouped(self.done), grouped(self.rate()));
        self.say(&format!("{}: {records} records, {took:.1} s, {rate} records/s", self.phase));
    }

    /// A line that stays.
    pub fn say(&mut self, text: &str) {
        let clear = if self.is_terminal { "\r\x1b[K" } else { "" };
        self.write(&format!("{clear}{text}\n"));
    }

    /// A line that the next one replaces on a terminal, or one of few elsewhere.
    pub(super) fn note(&mut self, text: impl Fn(&Self) -> String) {
        let (pulse, start, end) = if self.is_terminal { (100, "\r\x1b[K", "") } else { (10_000, "", "\n") };
        if self.reported.elapsed() >= Duration::from_millis(pulse) {
            self.reported = Instant::now();
            let line = text(self);
            self.write(&format!("{start}{line}{end}"));
        }
    }

    /// A terminal that has gone away is no reason to stop.
    fn write(&mut self, text: &str) {
        if let Some(out) = &mut self.out {
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        }
    }

    fn line(&self, table: &str) -> String {
        let total = self.total.max(self.done).max(1);
        let filled = self.done * WIDTH / total;
        let bar: String = (0..WIDTH).map(|place| if place < filled { '#' } else { '.' }).collect();
        let percent = self.done * 100 / total;
        let (done, total, rate) = (grouped(self.done), grouped(self.total), grouped(self.rate()));
        format!("{} [{bar}] {percent}% {done} of {total} records, {rate}/s ({table})", self.phase)
    }

    /// Records a second since this run began the phase.
    fn rate(&self) -> u64 {
        let millis = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        (self.done - self.before).saturating_mul(1000) / millis
    }
}

/// `1234567` as `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_grouped() {
        let grouped: Vec<_> = [0, 12, 999, 1000, 1_234_567].map(grouped).into();
        assert_eq!(grouped, ["0", "12", "999", "1,000", "1,234,567"]);
    }

    #[tokio::test]
    async fn a_line_tells_how_far_it_is() {
        let mut progress = Progress::silent();
        progress.begin("copying", 4000, 0);
        progress.add("sessions", 3000);
        let line = progress.line("sessions");
        assert!(
            line.starts_with("copying [##################......] 75% 3,000 of 4,000 records, "),
            "{line}"
        );
        assert!(line.ends_with("(sessions)"), "{line}");
    }
}
