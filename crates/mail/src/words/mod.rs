//! The sentences of mails: those of the crate, and what a shop puts in their place.

use std::collections::BTreeMap;

use doorstep_base::Language;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::templates::TemplateError;
use crate::{Kind, values};

const fn embedded(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("en.toml"),
        Language::German => include_str!("de.toml"),
        Language::French => include_str!("fr.toml"),
        Language::Spanish => include_str!("es.toml"),
        Language::Arabic => include_str!("ar.toml"),
    }
}

/// All sentences of one language, by names like `recovery.subject`.
#[derive(Clone)]
pub struct Words {
    language: Language,
    texts: BTreeMap<String, Vec<String>>,
}

impl Words {
    pub fn of(language: Language) -> Result<Self, TemplateError> {
        let mut words = Self { language, texts: BTreeMap::new() };
        words.read(&format!("words/{}.toml", language.tag()), embedded(language), true)?;
        Ok(words)
    }

    /// Takes a shop's sentences instead of these. `file` is how errors name it.
    pub fn replace(&mut self, file: &str, source: &str) -> Result<(), TemplateError> {
        self.read(file, source, false)
    }

    fn read(&mut self, file: &str, source: &str, is_first: bool) -> Result<(), TemplateError> {
        let line = |at: usize| source.get(..at).map(|before| before.matches('\n').count() + 1);
        let wrong = |at: usize, cause: String| TemplateError::at(file, line(at), cause);
        let table = DeTable::parse(source).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            wrong(at, format!("it is no TOML: {}", error.message()))
        })?;
        for (name, at, text) in flat(table.get_ref()).map_err(|(at, cause)| wrong(at, cause))? {
            if !is_first && !self.texts.contains_key(&name) {
                let cause = format!(
                    "{name} is no sentence of a mail: take it away, or write one of {}",
                    self.like(&name)
                );
                return Err(wrong(at, cause));
            }
            let filled = placeholders(&name);
            for sentence in &text {
                if let Some(unknown) = names_in(sentence).find(|it| !filled.contains(it)) {
                    let known: Vec<_> = filled.iter().map(|name| format!("{{{name}}}")).collect();
                    let cause = format!(
                        "{name} asks for {{{unknown}}}, which is not always known there: use {} or nothing in braces",
                        known.join(", ")
                    );
                    return Err(wrong(at, cause));
                }
            }
            self.texts.insert(name, text);
        }
        Ok(())
    }

    /// The names beside which a wrong one was meant to stand.
    fn like(&self, name: &str) -> String {
        let section = |name: &str| name.split_once('.').map(|(section, _)| section.to_owned());
        let wanted = section(name).filter(|it| Kind::from_text(it).is_some());
        let beside = self.texts.keys().filter(|known| section(known) == wanted);
        beside.cloned().collect::<Vec<_>>().join(", ")
    }

    /// A sentence with its values. A sentence that a kind does not have is empty.
    pub fn say(&self, name: &str, values: &[(&str, &str)]) -> String {
        self.all(name, values).into_iter().next().unwrap_or_default()
    }

    pub fn all(&self, name: &str, values: &[(&str, &str)]) -> Vec<String> {
        let texts = self.texts.get(name).map(Vec::as_slice).unwrap_or_default();
        texts.iter().map(|text| filled(text, values)).collect()
    }

    pub const fn language(&self) -> Language {
        self.language
    }

    #[cfg(test)]
    pub fn texts(&self) -> &BTreeMap<String, Vec<String>> {
        &self.texts
    }
}

/// `[recovery] subject = "…"` as `recovery.subject`, with its place in the file. A paragraph may stand alone or in a list.
type Sentence = (String, usize, Vec<String>);

fn flat(table: &DeTable<'_>) -> Result<Vec<Sentence>, (usize, String)> {
    let mut all = Vec::new();
    for (name, value) in table {
        match value.get_ref() {
            DeValue::Table(section) => {
                for (inner, value) in section {
                    let name = format!("{}.{}", name.get_ref(), inner.get_ref());
                    all.push(sentence(name, inner.span().start, value)?);
                }
            }
            _ => all.push(sentence(name.get_ref().to_string(), name.span().start, value)?),
        }
    }
    Ok(all)
}

fn sentence(name: String, at: usize, value: &Spanned<DeValue<'_>>) -> Result<Sentence, (usize, String)> {
    let is_list = name.ends_with(".paragraphs");
    let texts: Option<Vec<&str>> = match value.get_ref() {
        DeValue::Array(list) if is_list => list.iter().map(|item| item.get_ref().as_str()).collect(),
        one => one.as_str().map(|text| vec![text]),
    };
    let texts = texts.filter(|texts| !texts.is_empty() && texts.iter().all(|text| !text.trim().is_empty()));
    match texts {
        Some(texts) => Ok((name, at, texts.into_iter().map(crate::clean::line).collect())),
        None => {
            let form = if is_list { "[\"…\", \"…\"]" } else { "\"…\"" };
            Err((at, format!("{name} needs words in quotes: {name} = {form}")))
        }
    }
}

/// What may stand in braces in this sentence.
fn placeholders(name: &str) -> Vec<&'static str> {
    match name {
        "greeting_name" => vec!["name", "shop"],
        "code" => vec!["code"],
        "expires_both" | "expires_link" => vec!["time"],
        "minutes" | "hours" | "days" => vec!["count"],
        _ => {
            let kind = name.split_once('.').and_then(|(kind, _)| Kind::from_text(kind));
            let needed = kind.map(values::needed).unwrap_or_default();
            let told = needed.iter().filter(|it| matches!(**it, "device" | "at" | "address"));
            std::iter::once("shop").chain(told.copied()).collect()
        }
    }
}

fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).map(|part| part.split_once('}').map_or(part, |(name, _)| name))
}

/// Once through the text: braces in a value stay what they are.
fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = behind.split_once('}') else { break };
        let value = values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        out.push_str(value.unwrap_or_default());
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests;
