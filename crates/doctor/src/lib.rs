//! `doorstep doctor`: asks a live server and reads a project's folder the way a page or an app would meet them, and
//! names what keeps a form from connecting.

mod api;
mod examination;
pub mod fix;
pub mod live;
mod plain;
pub mod project;
mod report;

use std::path::PathBuf;

use doorstep_base::Cause;

pub use examination::Examination;
pub use plain::plain;
pub use report::{Colors, Report};

/// Something that was found, in words for the person who ran the doctor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `None` when only the symptom is known.
    pub cause: Option<Cause>,
    pub severity: Severity,
    /// What is wrong, with the real values, on one line.
    pub title: String,
    /// What was sent and what came back, or the file, the line and what stands there.
    pub evidence: Vec<String>,
    /// What to do, each with the exact line or command.
    pub fix: Vec<String>,
    /// A change that carries out the fix and can do no harm.
    pub edit: Option<Edit>,
}

impl Finding {
    pub fn new(severity: Severity, cause: impl Into<Option<Cause>>, title: impl Into<String>) -> Self {
        Self {
            cause: cause.into(),
            severity,
            title: title.into(),
            evidence: Vec::new(),
            fix: Vec::new(),
            edit: None,
        }
    }

    pub fn error(cause: impl Into<Option<Cause>>, title: impl Into<String>) -> Self {
        Self::new(Severity::Error, cause, title)
    }

    pub fn warning(cause: impl Into<Option<Cause>>, title: impl Into<String>) -> Self {
        Self::new(Severity::Warning, cause, title)
    }

    pub fn note(cause: impl Into<Option<Cause>>, title: impl Into<String>) -> Self {
        Self::new(Severity::Note, cause, title)
    }

    /// Adds a line of evidence.
    #[must_use]
    pub fn saw(mut self, line: impl Into<String>) -> Self {
        self.evidence.push(line.into());
        self
    }

    /// Adds a thing to do.
    #[must_use]
    pub fn fix(mut self, line: impl Into<String>) -> Self {
        self.fix.push(line.into());
        self
    }
}

/// Worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It does not work.
    Error,
    /// It does not work for some, or will not.
    Warning,
    /// Worth knowing.
    Note,
}

/// One file, as it is and as it should be. Whole texts: a file that was changed meanwhile is left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub path: PathBuf,
    pub before: String,
    pub after: String,
}
