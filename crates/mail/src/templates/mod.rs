//! Subject, text and HTML of a mail: layouts, the sentences in them, and what a shop puts in their place.
//!
//! - `folder.rs` reads a shop's files;
//! - `check.rs` tries every mail that could ever be made, before the first one is;
//! - `error.rs` says what is wrong with a template, and where.

use std::path::Path;

use doorstep_base::Language;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};

use crate::said::Said;
use crate::values::Told;
use crate::words::Words;
use crate::{Kind, Letterhead, Values};

mod check;
mod error;
mod folder;
#[cfg(test)]
mod tests;

pub use error::{RenderError, TemplateError};

/// Steps of a template: ours take less than 1,000. A loop without end must not take a thread with it.
const FUEL: u64 = 50_000;

/// All mails of a shop.
pub struct Templates {
    letterhead: Letterhead,
    environment: Environment<'static>,
    words: Vec<Words>,
}

/// A mail without its headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
    pub language: Language,
}

impl Templates {
    /// Our own templates, and instead of them what stands in the shop's folder. Every kind is tried in every language, so
    /// that a mistake stops the start and not the mail of a customer.
    pub fn load(letterhead: Letterhead, folder: Option<&Path>) -> Result<Self, TemplateError> {
        if let Some(problem) = letterhead.problem() {
            return Err(TemplateError::of_letterhead(problem));
        }
        let words = Language::ALL.iter().map(|language| Words::of(*language)).collect::<Result<_, _>>()?;
        let mut templates = Self { letterhead, environment: environment()?, words };
        if let Some(folder) = folder {
            folder::read(folder, &mut templates.environment, &mut templates.words)?;
        }
        check::all(&templates)?;
        Ok(templates)
    }

    pub fn render(&self, kind: Kind, language: Language, values: &Values) -> Result<Rendered, RenderError> {
        let told = Told::of(kind, values)?;
        self.made(&self.said(kind, language, told)?).map_err(RenderError::Template)
    }

    /// A mail with made-up values, to be looked at.
    pub fn sample(&self, kind: Kind, language: Language) -> Result<Rendered, RenderError> {
        self.render(kind, language, &Values::sample(kind, language, &self.letterhead))
    }

    pub const fn letterhead(&self) -> &Letterhead {
        &self.letterhead
    }

    fn said(
        &self,
        kind: Kind,
        language: Language,
        told: Told,
    ) -> Result<(Kind, Language, Said), RenderError> {
        let words = self.words.iter().find(|words| words.language() == language);
        let words = words.ok_or(RenderError::Language(language))?;
        Ok((kind, language, Said::new(kind, words, &self.letterhead, told)))
    }

    fn made(&self, (kind, language, said): &(Kind, Language, Said)) -> Result<Rendered, TemplateError> {
        let values = Value::from(Serde(said));
        let part = |form: &str| {
            let own = self.environment.get_template(&format!("{}.{form}", kind.as_str()));
            let template = own.or_else(|_| self.environment.get_template(&format!("mail.{form}")));
            template
                .and_then(|template| template.render(values.clone()))
                .map_err(|error| TemplateError::of(&error))
        };
        Ok(Rendered {
            subject: said.subject.clone(),
            text: tidy(&part("txt")?),
            html: part("html")?,
            language: *language,
        })
    }
}

fn environment() -> Result<Environment<'static>, TemplateError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.map_err(|error| TemplateError::of(&error))?);
    environment.set_fuel(Some(FUEL));
    // Written as it is, an absent name would greet "none".
    environment.set_formatter(|out, state, value| {
        if value.is_none() {
            let cause = "a value that this mail does not have is written";
            return Err(minijinja::Error::new(ErrorKind::UndefinedError, cause));
        }
        // The library would escape slashes too, and a link would be hard to read in the source of a mail.
        match value.as_str().filter(|_| *state.auto_escape() == AutoEscape::Html && !value.is_safe()) {
            Some(text) => out.write_str(&escaped(text)).map_err(minijinja::Error::from),
            None => minijinja::escape_formatter(out, state, value),
        }
    });
    for (name, source) in [
        ("mail.html", include_str!("../layout/mail.html")),
        ("mail.txt", include_str!("../layout/mail.txt")),
        // A shop's `mail.html` that changes one block begins with {% extends "doorstep/mail.html" %}.
        ("doorstep/mail.html", include_str!("../layout/mail.html")),
        ("doorstep/mail.txt", include_str!("../layout/mail.txt")),
    ] {
        environment.add_template(name, source).map_err(|error| TemplateError::of(&error))?;
    }
    Ok(environment)
}

/// As a text or a quoted attribute of HTML has it.
fn escaped(text: &str) -> String {
    let signs = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")];
    signs.iter().fold(text.to_owned(), |text, (sign, name)| text.replace(sign, name))
}

/// No blanks at the ends of lines, no more than one empty line, a line break at the end.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for line in text.lines().map(str::trim_end) {
        let is_second = line.is_empty() && (tidy.is_empty() || tidy.ends_with("\n\n"));
        if !is_second {
            tidy.push_str(line);
            tidy.push('\n');
        }
    }
    format!("{}\n", tidy.trim_end())
}
