//! A body's fields, read one by one by the feature that knows them. Every problem is collected, none hides another.

use doorstep_base::{Code, FieldCode};
use serde_json::{Value, json};

use crate::{ApiError, Hint, hints};

/// Unknown names beyond these are not told: a hostile body must not make a long answer.
const MOST_UNKNOWN_NAMED: usize = 10;
const LONGEST_NAME_TOLD: usize = 64;
const NO_NAME: &str = "(not a name)";

/// What a checkbox or a select sends for a yes or no.
const FLAG_WORDS: [&str; 8] = ["on", "off", "true", "false", "yes", "no", "1", "0"];
/// What other programs call a field.
const OTHER_WORDS: [(&str, &str); 11] = [
    ("username", "email"),
    ("useremail", "email"),
    ("login", "email"),
    ("mail", "email"),
    ("emailaddress", "email"),
    ("fullname", "name"),
    ("firstname", "name"),
    ("displayname", "name"),
    ("pass", "password"),
    ("pwd", "password"),
    ("passwd", "password"),
];

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    code: FieldCode,
    message: String,
}

impl FieldError {
    pub fn new(code: FieldCode) -> Self {
        Self { code, message: code.message().to_owned() }
    }

    pub fn with_message(code: FieldCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({ "code": self.code.as_str(), "message": self.message })
    }
}

/// The fields of a JSON object or a form, in the order they came.
#[derive(Debug)]
pub struct Fields {
    given: Vec<(String, Value)>,
    known: Vec<&'static str>,
    errors: Vec<(String, FieldError)>,
    is_form: bool,
    hint: Option<Hint>,
}

impl Fields {
    pub fn new(given: Vec<(String, Value)>, is_form: bool) -> Self {
        Self { given, known: Vec::new(), errors: Vec::new(), is_form, hint: None }
    }

    /// Whether the body was a form: its values are texts, whatever they mean.
    pub fn is_form(&self) -> bool {
        self.is_form
    }

    pub fn refuse(&mut self, name: &str, error: FieldError) {
        if !self.errors.iter().any(|(refused, _)| refused == name) {
            self.errors.push((name.to_owned(), error));
        }
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        let mut values = Vec::new();
        self.given.retain_mut(|(given, value)| {
            let is_it = given == name;
            if is_it {
                values.push(value.take());
            }
            !is_it
        });
        if values.len() > 1 {
            self.refuse(name, FieldError::new(FieldCode::DuplicateField));
        }
        values.pop()
    }

    /// Exactly as it came, or `None` when absent or null.
    pub fn raw_text(&mut self, name: &'static str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text),
            Value::Null => None,
            other => {
                self.refuse(name, wrong_type("a text in quotes", &other));
                None
            }
        }
    }

    /// As it came; absent, null and empty are refused as missing. For passwords: nothing is trimmed.
    pub fn required_raw_text(&mut self, name: &'static str) -> String {
        let text = self.raw_text(name).unwrap_or_default();
        if text.is_empty() {
            self.refuse(name, FieldError::new(FieldCode::Required));
        }
        text
    }

    /// Trimmed, without control characters, at most `longest` code points; empty counts as absent.
    pub fn text(&mut self, name: &'static str, longest: usize) -> Option<String> {
        let text = self.raw_text(name)?;
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if text.chars().count() > longest {
            let code = if name == "name" { FieldCode::NameTooLong } else { FieldCode::TextTooLong };
            self.refuse(
                name,
                FieldError::with_message(code, format!("At most {longest} characters fit here")),
            );
        } else if text.chars().any(is_invisible) {
            self.refuse(name, FieldError::new(FieldCode::InvalidCharacters));
        }
        Some(text.to_owned())
    }

    /// Like [`Fields::text`], refused as missing when there is none.
    pub fn required_text(&mut self, name: &'static str, longest: usize) -> String {
        let text = self.text(name, longest);
        if text.is_none() {
            self.refuse(name, FieldError::new(FieldCode::Required));
        }
        text.unwrap_or_default()
    }

    /// For a change: `None` when absent, `Some(None)` when null or empty, `Some(Some(_))` with a text.
    pub fn change(&mut self, name: &'static str, longest: usize) -> Option<Option<String>> {
        self.given.iter().any(|(given, _)| given == name).then(|| self.text(name, longest)).or_else(|| {
            self.known.push(name);
            None
        })
    }

    /// A text brought into its stored form by `shape`; refused with `code` when it has none.
    pub fn shaped(
        &mut self,
        name: &'static str,
        code: FieldCode,
        shape: fn(&str) -> Option<String>,
    ) -> Option<String> {
        let text = self.text(name, 254)?;
        let shaped = shape(&text);
        if shaped.is_none() {
            self.refuse(name, FieldError::new(code));
        }
        shaped
    }

    /// A yes or no; in a form also a checkbox ("on").
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        match self.take(name)? {
            Value::Bool(flag) => Some(flag),
            Value::Null => None,
            Value::String(text) if self.is_form && matches!(text.as_str(), "on" | "true" | "1") => Some(true),
            Value::String(text) if self.is_form && matches!(text.as_str(), "off" | "false" | "0" | "") => {
                Some(false)
            }
            other => {
                // Only words that a checkbox sends are told.
                if let Some(word) = other.as_str().filter(|text| FLAG_WORDS.contains(text)) {
                    self.hint = Some(hints::flag_as_text(name, word));
                }
                self.refuse(name, wrong_type("true or false", &other));
                None
            }
        }
    }

    /// Every problem at once, or nothing to complain of. Missing fields make it a 400, all else a 422.
    pub fn finish(self) -> Result<(), ApiError> {
        self.finish_saying(None)
    }

    /// The same, with a message of the form's own for missing fields.
    pub fn finish_saying(mut self, when_missing: Option<&str>) -> Result<(), ApiError> {
        self.refuse_unknown();
        if self.errors.is_empty() {
            return Ok(());
        }
        let is_missing = |(_, error): &&(String, FieldError)| error.code == FieldCode::Required;
        let missing = names(self.errors.iter().filter(is_missing));
        let error = if missing.is_empty() {
            ApiError::new(Code::InvalidFields).detail(format!("Refused: {}", names(&self.errors)))
        } else {
            let message = when_missing.map_or_else(|| format!("Still needed: {missing}"), str::to_owned);
            ApiError::new(Code::MissingFields).message(message).detail(format!("Missing or empty: {missing}"))
        };
        let error = match self.hint {
            Some(hint) => error.because(hint),
            None => error,
        };
        Err(error.fields(self.errors))
    }

    fn refuse_unknown(&mut self) {
        let unknown: Vec<String> =
            self.given.drain(..).map(|(name, _)| name).take(MOST_UNKNOWN_NAMED).collect();
        let with_near = |name: String| {
            let told = shown(&name);
            let near = self.nearest(&told);
            (told, near)
        };
        let unknown: Vec<_> = unknown.into_iter().map(with_near).collect();
        if !unknown.is_empty() {
            self.hint = Some(hints::field_names(&unknown, &self.known));
        }
        for (told, near) in unknown {
            let message = match near {
                Some(near) => format!("Unknown field. Did you mean \"{near}\"?"),
                None => format!("Unknown field. Known are: {}", self.known.join(", ")),
            };
            self.refuse(&told, FieldError::with_message(FieldCode::UnknownField, message));
        }
    }

    /// The known field that this name was probably meant to be: other case or style, or a slip of a letter or two.
    fn nearest(&self, name: &str) -> Option<&'static str> {
        let wanted = hints::plain_name(name);
        let distance = |known: &&'static str| strsim::damerau_levenshtein(&wanted, &hints::plain_name(known));
        let nearest = self.known.iter().copied().min_by_key(|known| distance(known))?;
        let other_word = || {
            let (_, meant) = OTHER_WORDS.iter().find(|(word, _)| *word == wanted)?;
            self.known.iter().copied().find(|known| known == meant)
        };
        if distance(&nearest) <= 2.min(nearest.len() / 2) { Some(nearest) } else { other_word() }
    }
}

/// A name as the answer may have it. What is no name is a piece of a body that was cut at the wrong place, perhaps with
/// a password in it.
fn shown(name: &str) -> String {
    let is_name = |c: char| c.is_alphanumeric() || "_-.[]$".contains(c);
    let is_shown = !name.is_empty() && name.chars().all(is_name);
    if is_shown { name.chars().take(LONGEST_NAME_TOLD).collect() } else { NO_NAME.to_owned() }
}

fn names<'a>(errors: impl IntoIterator<Item = &'a (String, FieldError)>) -> String {
    errors.into_iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
}

fn wrong_type(wanted: &str, got: &Value) -> FieldError {
    let got = match got {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    FieldError::with_message(FieldCode::WrongType, format!("Send {wanted}, not {got}"))
}

/// Control characters, and the marks that reorder or hide text: they forge what a person reads in a mail or a list.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(body: &Value) -> Fields {
        let given = body.as_object().unwrap().iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        Fields::new(given, false)
    }

    fn refused(fields: Fields) -> Value {
        let error = fields.finish().unwrap_err();
        let list: serde_json::Map<String, Value> = error
            .field_errors()
            .iter()
            .map(|(n, e)| (n.clone(), json!([e.code.as_str(), e.message])))
            .collect();
        json!({ "code": error.code().as_str(), "fields": list })
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let mut f = fields(&json!({"emial": "a@b.c", "name": 7, "extra": 1, "e": "x\u{0}y"}));
        f.required_text("email", 254);
        f.text("name", 10);
        f.text("e", 10);
        assert_eq!(
            refused(f),
            json!({"code": "missing_fields", "fields": {
                "email": ["required", "This field is required"],
                "name": ["wrong_type", "Send a text in quotes, not a number"],
                "e": ["invalid_characters", "This contains characters that cannot be used here"],
                "emial": ["unknown_field", "Unknown field. Did you mean \"email\"?"],
                "extra": ["unknown_field", "Unknown field. Known are: email, name, e"],
            }})
        );
    }

    #[test]
    fn other_styles_of_a_name_are_recognised() {
        let mut f = fields(&json!({"default_shipping": true, "POSTALCODE": "1"}));
        f.flag("defaultShipping");
        f.text("postalCode", 10);
        let told = refused(f).to_string();
        assert!(
            told.contains("Did you mean \\\"defaultShipping\\\"?")
                && told.contains("Did you mean \\\"postalCode\\\"?"),
            "{told}"
        );
    }

    #[test]
    fn a_field_sent_twice_is_refused() {
        let given = vec![("email".to_owned(), json!("victim@x.y")), ("email".to_owned(), json!("me@x.y"))];
        let mut f = Fields::new(given, true);
        f.text("email", 254);
        assert_eq!(refused(f)["fields"]["email"][0], "duplicate_field");
    }

    #[test]
    fn a_change_tells_absent_from_empty() {
        let mut f = fields(&json!({"phone": null, "name": " Ada "}));
        assert_eq!(f.change("phone", 9), Some(None));
        assert_eq!(f.change("name", 9), Some(Some("Ada".to_owned())));
        assert_eq!(f.change("locale", 9), None);
        f.finish().unwrap();
    }
}
