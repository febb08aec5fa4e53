//! What is wrong with a template, where, and what to do.

use std::fmt;

use doorstep_base::Language;
use minijinja::ErrorKind;

use super::FUEL;
use crate::Kind;

/// A shop's template, sentence or letterhead that no mail can be made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// As it is called in the shop's folder. None: the letterhead.
    pub file: Option<String>,
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub cause: String,
}

impl TemplateError {
    pub(crate) fn at(file: &str, line: Option<usize>, cause: impl Into<String>) -> Self {
        Self { file: Some(file.to_owned()), line, cause: cause.into() }
    }

    pub(super) const fn of_letterhead(cause: String) -> Self {
        Self { file: None, line: None, cause }
    }

    /// An error of the library, in our words: where it names no value, the causes below it do.
    pub(super) fn of(error: &minijinja::Error) -> Self {
        let mut innermost = error;
        // An error inside an included file is told by that file.
        while let Some(cause) = std::error::Error::source(innermost).and_then(|cause| cause.downcast_ref()) {
            innermost = cause;
        }
        let detail = innermost.detail().unwrap_or("it cannot be read").to_owned();
        let cause = match innermost.kind() {
            ErrorKind::UndefinedError => format!(
                "it asks for what this mail does not have ({detail}): docs/guides/mail-templates.md lists the names; write \
                 {{% if name %}} … {{% endif %}} around what is not in every mail"
            ),
            ErrorKind::OutOfFuel => {
                format!(
                    "it takes more than {FUEL} steps: look for a loop that is far too long, or without end"
                )
            }
            ErrorKind::SyntaxError => format!("its syntax is wrong: {detail}"),
            ErrorKind::TemplateNotFound => {
                format!(
                    "{detail}: it can extend or include doorstep/mail.html, doorstep/mail.txt and the files beside it"
                )
            }
            kind => format!("{kind}: {detail}"),
        };
        Self { file: innermost.name().map(str::to_owned), line: innermost.line(), cause }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{file}, line {line}: {}", self.cause),
            (Some(file), None) => write!(f, "{file}: {}", self.cause),
            (None, _) => f.write_str(&self.cause),
        }
    }
}

impl std::error::Error for TemplateError {}

/// Why a mail was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    #[error("a mail of the kind {} needs {value}", .kind.as_str())]
    Missing { kind: Kind, value: &'static str },
    /// The link is not shown: it may carry a secret.
    #[error("the link of a mail of the kind {} is no http address that can stand in a mail", .kind.as_str())]
    Link { kind: Kind },
    #[error("there are no words in {}", .0.tag())]
    Language(Language),
    #[error(transparent)]
    Template(TemplateError),
}
