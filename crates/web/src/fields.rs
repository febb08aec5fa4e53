//! A body's fields, read one by one by the feature that knows them. Every problem is collected, none hides another.

use doorstep_base::{Code, FieldCode, Sentence, Text, refused_sign};
use serde_json::Value;

use crate::label::called;
use crate::{ApiError, FieldError, Hint, PostedForm, hints};

/// Unknown names beyond these are not told: a hostile body must not make a long answer.
const MOST_UNKNOWN_NAMED: usize = 10;
/// For texts that are stored in a form of their own, much shorter than this.
const LONGEST_SHAPED: usize = 254;
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

/// The fields of a JSON object or a form, in the order they came.
#[derive(Debug)]
pub struct Fields {
    given: Vec<(String, Value)>,
    known: Vec<&'static str>,
    errors: Vec<(String, FieldError)>,
    is_form: bool,
    /// Told of each field that is asked for, where the form is shown again.
    form: Option<PostedForm>,
    /// A field and what the body calls it.
    renamed: Option<(&'static str, &'static str)>,
    /// They stand in an object of their own: that is why others are missing.
    are_nested: bool,
    hint: Option<Hint>,
}

impl Fields {
    pub fn new(given: Vec<(String, Value)>, is_form: bool) -> Self {
        Self {
            given,
            known: Vec::new(),
            errors: Vec::new(),
            is_form,
            form: None,
            renamed: None,
            are_nested: false,
            hint: None,
        }
    }

    #[must_use]
    pub(crate) fn noted_in(self, form: Option<PostedForm>) -> Self {
        Self { form, ..self }
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

    /// Tutorials call the name `username` where they ask for an e-mail address besides. No other word stands for a field.
    pub fn take_username_for_name(&mut self) {
        let has = |name: &str| self.given.iter().any(|(given, _)| given == name);
        if has("email") && !has("name") {
            for (given, _) in &mut self.given {
                if given == "username" {
                    "name".clone_into(given);
                    self.renamed = Some(("name", "username"));
                }
            }
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
        let value = values.pop();
        if let Some(form) = &self.form {
            let posted =
                self.renamed.filter(|(renamed, _)| *renamed == name).map_or(name, |(_, posted)| posted);
            form.note(name, posted, value.as_ref());
        }
        value
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

    /// Trimmed, of signs that [`doorstep_base::letters`] lets through, at most `longest` code points; empty counts as absent.
    pub fn text(&mut self, name: &'static str, longest: usize) -> Option<String> {
        let text = self.trimmed(name)?;
        if is_longer(&text, longest) {
            let code = if name == "name" { FieldCode::NameTooLong } else { FieldCode::TextTooLong };
            self.refuse(name, too_long(code, longest));
        } else if let Some(sign) = refused_sign(&text) {
            let message = Text::from(Sentence::InvisibleSign).with("sign", sign);
            self.refuse(name, FieldError::with_message(FieldCode::InvalidCharacters, message));
        }
        Some(text)
    }

    fn trimmed(&mut self, name: &'static str) -> Option<String> {
        let text = self.raw_text(name)?;
        let text = text.trim();
        if text.is_empty() { None } else { Some(text.to_owned()) }
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
        self.is_given(name).then(|| self.text(name, longest))
    }

    /// Like [`Fields::change`], brought into its stored form by `shape`, which judges every sign of it.
    pub fn shaped_change(
        &mut self,
        name: &'static str,
        shape: impl FnOnce(&str) -> Result<String, FieldError>,
    ) -> Option<Option<String>> {
        if !self.is_given(name) {
            return None;
        }
        let Some(text) = self.trimmed(name) else { return Some(None) };
        let shaped = match is_longer(&text, LONGEST_SHAPED) {
            true => Err(too_long(FieldCode::TextTooLong, LONGEST_SHAPED)),
            false => shape(&text),
        };
        Some(shaped.map_err(|error| self.refuse(name, error)).ok())
    }

    fn is_given(&mut self, name: &'static str) -> bool {
        let is_given = self.given.iter().any(|(given, _)| given == name);
        if !is_given {
            self.known.push(name);
        }
        is_given
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
    pub fn finish_saying(mut self, when_missing: Option<Sentence>) -> Result<(), ApiError> {
        self.refuse_unknown();
        if self.errors.is_empty() {
            return Ok(());
        }
        let is_missing = |(_, error): &&(String, FieldError)| error.code() == FieldCode::Required;
        let missing = names(self.errors.iter().filter(is_missing));
        let error = if missing.is_empty() {
            refused(&self.errors)
        } else {
            let message = match when_missing {
                Some(sentence) => sentence.into(),
                None => Text::from(Sentence::StillNeeded)
                    .with_list("fields", self.errors.iter().filter(is_missing).map(|(name, _)| called(name))),
            };
            ApiError::new(Code::MissingFields).message(message).detail(format!("Missing or empty: {missing}"))
        };
        let error = match self.hint {
            Some(hint) if self.are_nested => error.detail(hint.text.clone()).because(hint),
            Some(hint) => error.because(hint),
            None => error,
        };
        Err(error.fields(self.errors))
    }

    /// The refusal of one field, after the form was read.
    pub fn refusal(name: &str, error: FieldError) -> ApiError {
        let errors = vec![(name.to_owned(), error)];
        refused(&errors).fields(errors)
    }

    fn refuse_unknown(&mut self) {
        let given: Vec<_> = self.given.drain(..).take(MOST_UNKNOWN_NAMED).collect();
        let mut unknown = Vec::new();
        let mut inside = None;
        for (name, value) in given {
            let told = shown(&name);
            if self.are_inside(&value) {
                self.refuse(&told, FieldError::with_message(FieldCode::UnknownField, hints::NESTED));
                inside = Some(told);
            } else {
                unknown.push((self.nearest(&told), told));
            }
        }
        let unknown: Vec<_> = unknown.into_iter().map(|(near, told)| (told, near)).collect();
        if let Some(outer) = inside {
            self.are_nested = true;
            self.hint = Some(hints::nested(&outer));
        } else if !unknown.is_empty() {
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

    /// Whether the fields of the form stand in an object of their own, as in `{ user: { email, … } }`.
    fn are_inside(&self, value: &Value) -> bool {
        value.as_object().is_some_and(|inner| self.known.iter().any(|known| inner.contains_key(*known)))
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

fn is_longer(text: &str, longest: usize) -> bool {
    text.chars().count() > longest
}

fn too_long(code: FieldCode, longest: usize) -> FieldError {
    FieldError::with_message(code, Text::from(Sentence::TextAtMost).with("count", longest))
}

fn refused(errors: &[(String, FieldError)]) -> ApiError {
    let error = ApiError::new(Code::InvalidFields).detail(format!("Refused: {}", names(errors)));
    // Most frontends show one line: where one field is refused, it is that field's.
    match errors {
        [(_, only)] => error.message(only.message().clone()),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use doorstep_base::Language;
    use serde_json::json;

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
            .map(|(n, e)| (n.clone(), json!([e.code().as_str(), e.message().to_string()])))
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
                "e": ["invalid_characters", "There is an invisible sign in this, U+0000. Type it again instead of copying it"],
                "emial": ["unknown_field", "Unknown field. Did you mean \"email\"?"],
                "extra": ["unknown_field", "Unknown field. Known are: email, name, e"],
            }})
        );
    }

    #[test]
    fn one_refused_field_is_what_a_person_is_told() {
        let mut f = fields(&json!({"a": "x", "b": "y\u{200b}"}));
        for name in ["a", "b"] {
            f.text(name, 9);
        }
        let error = f.finish().unwrap_err();
        assert_eq!(&error.message_text(), error.field_errors()[0].1.message());
        let mut f = fields(&json!({"a": 1, "b": 2}));
        for name in ["a", "b"] {
            f.text(name, 9);
        }
        assert_eq!(f.finish().unwrap_err().message_text().to_string(), "Some fields need attention");
    }

    #[test]
    fn what_is_missing_is_told_as_people_call_it() {
        let mut f = fields(&json!({"password": "x"}));
        for name in ["email", "country"] {
            f.required_text(name, 9);
        }
        f.required_raw_text("password");
        let error = f.finish().unwrap_err();
        assert_eq!(error.message_text().in_language(Language::German), "Es fehlt noch: E-Mail, country");
        assert_eq!(error.detail_text(), Some("Missing or empty: email, country"));
    }

    #[test]
    fn fields_inside_of_another_are_recognised() {
        for (body, name) in [
            (json!({"user": {"email": "a@b.c", "password": "c4nary"}}), "user"),
            (json!({"formData": {"email": "a@b.c"}, "x": 1}), "formData"),
        ] {
            let mut f = fields(&body);
            f.required_text("email", 254);
            let error = f.finish().unwrap_err();
            let hint = error.hint().unwrap().to_string();
            assert!(
                hint.starts_with("DS-16 ") && hint.contains(&format!("JSON.stringify({name})")),
                "{hint}"
            );
            let told = format!("{:?}", error.field_errors());
            assert!(
                told.contains("at the top") && !hint.contains("c4nary") && !told.contains("c4nary"),
                "{told}"
            );
        }
        let mut f = fields(&json!({"user": {"colour": "red"}}));
        f.text("email", 254);
        assert!(f.finish().unwrap_err().hint().unwrap().to_string().contains("does not know"));
    }

    #[test]
    fn a_username_is_the_name_beside_an_address_only() {
        let name = |body: Value| {
            let mut f = fields(&body);
            f.take_username_for_name();
            let name = f.text("name", 9);
            f.text("email", 254);
            f.finish().ok().and(name)
        };
        assert_eq!(name(json!({"username": "Ada", "email": "a@b.c"})).as_deref(), Some("Ada"));
        for refused in [
            json!({"username": "Ada"}),
            json!({"username": "Ada", "name": "Ada", "email": "a@b.c"}),
            json!({"userName": "Ada", "email": "a@b.c"}),
        ] {
            assert_eq!(name(refused), None);
        }
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
