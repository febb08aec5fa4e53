//! Reads settings as the types that they have. A refused one is noted with the form it needs, and the default stands in
//! for it, so that reading goes on to the next problem.

use std::fmt;
use std::str::FromStr;

use doorstep_mail::MailUrl;
use doorstep_store::without_password;
use toml::Value;

use super::load::{Setting, Settings, default_value};

impl Settings {
    /// Reads one setting as text in a form of its own. A problem is noted, and the default stands in for the value.
    pub fn parsed<T: FromStr<Err = String>>(&mut self, key: &str) -> T {
        self.read(key, |value| value.as_str().map_or_else(|| Err(form::<T>()), str::parse))
    }

    /// As [`Settings::parsed`]; empty text is `None`.
    pub fn optional<T: FromStr<Err = String>>(&mut self, key: &str) -> Option<T> {
        self.read(key, |value| match value.as_str() {
            Some("") => Ok(None),
            Some(text) => text.parse().map(Some),
            None => Err(form::<T>()),
        })
    }

    pub fn list<T: FromStr<Err = String>>(&mut self, key: &str) -> Vec<T> {
        const FORM: &str = r#"a list of texts like ["a", "b"]"#;
        self.read(key, |value| {
            let items = value.as_array().ok_or(FORM)?;
            items.iter().map(|item| item.as_str().ok_or(FORM)?.parse()).collect()
        })
    }

    pub fn flag(&mut self, key: &str) -> bool {
        self.read(key, |value| value.as_bool().ok_or_else(|| "true or false".to_owned()))
    }

    #[allow(clippy::needless_pass_by_value, reason = "bounds are literals: `1`, not `&1`")]
    pub fn whole<T: TryFrom<i64> + fmt::Display + PartialOrd>(&mut self, key: &str, least: T, most: T) -> T {
        self.read(key, |value| {
            let number = value.as_integer().and_then(|number| T::try_from(number).ok());
            number
                .filter(|number| (&least..=&most).contains(&number))
                .ok_or_else(|| format!("a whole number from {least} to {most}"))
        })
    }

    /// As [`Settings::parsed`], within bounds.
    pub fn bounded<T: FromStr<Err = String> + fmt::Display + PartialOrd>(
        &mut self,
        key: &str,
        least: &T,
        most: &T,
    ) -> T {
        self.read(key, |value| {
            let value: T = value.as_str().map_or_else(|| Err(form::<T>()), str::parse)?;
            let fits = value >= *least && value <= *most;
            if fits { Ok(value) } else { Err(format!("a value from {least} to {most}")) }
        })
    }

    fn read<T>(&mut self, key: &str, read: impl Fn(&Value) -> Result<T, String>) -> T {
        let setting = self.all.get(key).cloned();
        let fallback = || default_value(key).and_then(|value| read(&value).ok());
        let result = setting.as_ref().map(|setting| read(&setting.value));
        if let (Some(Err(form)), Some(setting)) = (&result, &setting) {
            self.refuse(key, &setting.clone(), form);
        }
        let value = result.and_then(Result::ok).or_else(fallback);
        value.unwrap_or_else(|| unreachable!("the embedded default of {key} is read by a test"))
    }

    fn refuse(&mut self, key: &str, setting: &Setting, form: &str) {
        self.problems.push(format!(
            "{} = {} ({}): needs {form}",
            heading(key),
            shown(key, &setting.value),
            setting.source
        ));
    }
}

/// How a value of a type is written: what it says when it is given none.
fn form<T: FromStr<Err = String>>() -> String {
    "".parse::<T>().err().unwrap_or_else(|| "text in quotes".to_owned())
}

/// `[section] key`, as the file has it.
pub fn heading(key: &str) -> String {
    let (section, key) = key.split_once('.').unwrap_or(("", key));
    format!("[{section}] {key}")
}

/// A value as it may be shown: secrets never are, and of a URL's password only that it is there.
pub fn shown(key: &str, value: &Value) -> String {
    match (key, value) {
        ("secrets.key" | "secrets.other_key", Value::String(text)) if text.is_empty() => r#""""#.to_owned(),
        ("database.url", Value::String(url)) => Value::String(without_password(url)).to_string(),
        ("mail.url", Value::String(url)) if url.is_empty() => r#""""#.to_owned(),
        ("mail.url", Value::String(url)) => {
            let shown = MailUrl::read(url).map_or_else(|_| "(hidden)".to_owned(), |url| url.shown());
            Value::String(shown).to_string()
        }
        // Also of another type than a URL has: what stands in it may be one.
        ("secrets.key" | "secrets.other_key" | "database.url" | "mail.url", _) => r#""(hidden)""#.to_owned(),
        _ => value.to_string(),
    }
}
