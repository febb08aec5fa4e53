//! What the doctor says, worst first: for people on a terminal, and as JSON for programs.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};

use super::plain::{self, plain};
use super::{Finding, Severity};

/// The shape of `--json`. Raised when a program that reads it would have to change.
const VERSION: u32 = 1;

/// Everything that was seen, in order.
#[derive(Clone, Debug)]
pub struct Report {
    pub target: String,
    /// The server explains every id at /errors/.
    pub has_pages: bool,
    pub facts: Vec<(&'static str, String)>,
    pub findings: Vec<Finding>,
    pub took: Duration,
}

impl Report {
    /// Worst first.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.findings.sort_by_key(|found| (found.severity, found.cause));
        self
    }

    /// Whether there is an error; with `are_mended`, one that no edit carries off.
    pub fn has_errors(&self, are_mended: bool) -> bool {
        let is_left = |found: &&Finding| !(are_mended && found.edit.is_some());
        self.findings.iter().filter(is_left).any(|found| found.severity == Severity::Error)
    }

    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|found| found.severity == severity).count()
    }

    /// `1 error, 2 warnings`.
    fn counts(&self) -> String {
        let shown = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| {
            let count = self.count(severity);
            let s = if count == 1 { "" } else { "s" };
            (count > 0).then(|| format!("{count} {}{s}", severity.word()))
        });
        let shown: Vec<String> = shown.into_iter().flatten().collect();
        if shown.is_empty() { "Nothing to mend".to_owned() } else { shown.join(", ") }
    }

    /// The report for a terminal. What came from elsewhere cannot write colours or lines of its own.
    pub fn text(&self, colors: Colors) -> String {
        let mut text = format!("{} {}\n", colors.bold("Doorstep doctor"), plain(&self.target));
        for (name, value) in &self.facts {
            let _ = writeln!(text, "  {name:<7} {}", plain(value));
        }
        for found in &self.findings {
            text.push('\n');
            found.write(&mut text, colors);
            if let Some(cause) = found.cause.filter(|_| self.has_pages) {
                let _ =
                    writeln!(text, "      {} {}/errors/{cause}", colors.dim("more   "), plain(&self.target));
            }
        }
        let seconds = self.took.as_secs_f64();
        let _ = write!(text, "\n{}, {seconds:.1} s", colors.bold(&self.counts()));
        text
    }

    /// The report for programs; docs/guides/doctor.md is its manual.
    pub fn json(&self) -> String {
        let facts: serde_json::Map<String, Value> =
            self.facts.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let findings: Vec<Value> = self.findings.iter().map(Finding::to_json).collect();
        let counts = json!({
            "errors": self.count(Severity::Error),
            "warnings": self.count(Severity::Warning),
            "notes": self.count(Severity::Note),
        });
        let took = u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX);
        let report = json!({
            "version": VERSION, "api": self.target, "facts": facts, "findings": findings,
            "counts": counts, "tookMs": took,
        });
        plain::json(&format!("{report:#}"))
    }
}

impl Severity {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl Finding {
    fn write(&self, text: &mut String, colors: Colors) {
        let id = self.cause.map_or_else(|| "-----".to_owned(), |cause| cause.to_string());
        let word = colors.severity(self.severity);
        let _ = writeln!(text, "{} {word} {}", colors.bold(&id), plain(&self.title));
        for line in &self.evidence {
            let _ = writeln!(text, "      {} {}", colors.dim("saw    "), plain(line));
        }
        for line in &self.fix {
            let _ = writeln!(text, "      {} {}", colors.green("fix    "), plain(line));
        }
        if let Some(edit) = &self.edit {
            let path = edit.path.display().to_string();
            let _ = writeln!(text, "      {} --fix changes {}", colors.green("fix    "), plain(&path));
        }
    }

    fn to_json(&self) -> Value {
        json!({
            "id": self.cause.map(|cause| cause.to_string()),
            "cause": self.cause.map(doorstep_base::Cause::title),
            "severity": self.severity.word(),
            "title": self.title,
            "evidence": self.evidence,
            "fix": self.fix,
            "docs": self.cause.map(|cause| format!("/errors/{cause}")),
            "edits": self.edit.as_ref().map(|edit| edit.path.display().to_string()),
        })
    }
}

/// Colours, or none.
#[derive(Clone, Copy, Debug)]
pub struct Colors {
    pub is_on: bool,
}

impl Colors {
    fn with(self, code: &str, text: &str) -> String {
        if self.is_on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    fn green(self, text: &str) -> String {
        self.with("32", text)
    }

    /// Padded before it is painted: a colour has no width.
    fn severity(self, severity: Severity) -> String {
        let code = match severity {
            Severity::Error => "1;31",
            Severity::Warning => "33",
            Severity::Note => "36",
        };
        self.with(code, &format!("{:<7}", severity.word()))
    }
}
