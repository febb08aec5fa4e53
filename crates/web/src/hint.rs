//! What the server noticed of the program that asks: a cause of the catalogue, and one line that says what to do.

use std::fmt;

use doorstep_base::Cause;

/// Travels in an [`crate::ApiError`], or in the extensions of a good answer, to the HTTP stack. That one writes it into
/// the log, and in dev mode into the answer. It never quotes a value that was sent: it may be a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// `None` where the catalogue has no entry.
    pub cause: Option<Cause>,
    /// What is wrong, with the real names, and what to do.
    pub text: String,
}

impl Hint {
    pub fn new(cause: Cause, text: impl Into<String>) -> Self {
        Self { cause: Some(cause), text: text.into() }
    }

    /// For what is no entry of the catalogue.
    pub fn without_cause(text: impl Into<String>) -> Self {
        Self { cause: None, text: text.into() }
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cause {
            Some(cause) => write!(f, "{cause} {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}
