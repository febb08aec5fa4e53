//! What a customer is told, in whichever language the answer is written in.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use crate::{Code, FieldCode, Language, Sentence};

/// The files of the languages besides English, for people to read and to correct.
pub const TRANSLATIONS: [(Language, &str); 4] = [
    (Language::German, include_str!("texts/de.toml")),
    (Language::French, include_str!("texts/fr.toml")),
    (Language::Spanish, include_str!("texts/es.toml")),
    (Language::Arabic, include_str!("texts/ar.toml")),
];

type Words = HashMap<String, String>;

/// Read when somebody is told something in another language than English for the first time.
static TRANSLATED: LazyLock<HashMap<Language, Words>> = LazyLock::new(|| {
    TRANSLATIONS.iter().filter_map(|(language, file)| Some((*language, toml::from_str(file).ok()?))).collect()
});

/// A sentence with its values. What has no key is for developers, and English in every language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    key: Option<&'static str>,
    english: Cow<'static, str>,
    values: Vec<(&'static str, Value)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Plain(String),
    List(Vec<Text>),
}

impl Text {
    /// Fills a name in braces. The value comes from the server's own rules or is shown as it is, in any language.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.values.push((name, Value::Plain(value.to_string())));
        self
    }

    /// The same with several, each in the language of the sentence.
    #[must_use]
    pub fn with_list(mut self, name: &'static str, texts: impl IntoIterator<Item = Self>) -> Self {
        self.values.push((name, Value::List(texts.into_iter().collect())));
        self
    }

    pub fn in_language(&self, language: Language) -> Cow<'_, str> {
        let translated = self.key.and_then(|key| TRANSLATED.get(&language)?.get(key));
        let pattern = translated.map_or(&*self.english, String::as_str);
        if self.values.is_empty() {
            Cow::Borrowed(pattern)
        } else {
            Cow::Owned(self.filled(pattern, language))
        }
    }

    /// The language that [`Text::in_language`] says it in: developers read English.
    pub fn spoken_in(&self, language: Language) -> Language {
        if self.key.is_some() { language } else { Language::English }
    }

    /// In one pass: a value that holds a name in braces stays what it is.
    fn filled(&self, pattern: &str, language: Language) -> String {
        let mut parts = pattern.split('{');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let named = part.split_once('}');
            let value = named.and_then(|(name, _)| self.values.iter().find(|(known, _)| *known == name));
            match (named, value) {
                (Some((_, rest)), Some((_, value))) => text.extend([&*value.in_language(language), rest]),
                _ => text.extend(["{", part]),
            }
        }
        text
    }
}

impl Value {
    fn in_language(&self, language: Language) -> Cow<'_, str> {
        match self {
            Self::Plain(text) => Cow::Borrowed(text),
            Self::List(texts) => {
                let words: Vec<_> = texts.iter().map(|text| text.in_language(language)).collect();
                Cow::Owned(words.join(language.comma()))
            }
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(Language::English))
    }
}

fn known(key: &'static str, english: &'static str) -> Text {
    Text { key: Some(key), english: Cow::Borrowed(english), values: Vec::new() }
}

impl From<Code> for Text {
    fn from(code: Code) -> Self {
        known(code.as_str(), code.title())
    }
}

impl From<FieldCode> for Text {
    fn from(code: FieldCode) -> Self {
        known(code.as_str(), code.message())
    }
}

impl From<Sentence> for Text {
    fn from(sentence: Sentence) -> Self {
        known(sentence.key(), sentence.english())
    }
}

impl From<String> for Text {
    fn from(english: String) -> Self {
        Self { key: None, english: Cow::Owned(english), values: Vec::new() }
    }
}

impl From<&'static str> for Text {
    fn from(english: &'static str) -> Self {
        Self { key: None, english: Cow::Borrowed(english), values: Vec::new() }
    }
}

#[cfg(test)]
mod tests;
