//! What is wrong with one field.

use doorstep_base::{FieldCode, Language, Text};
use serde_json::{Value, json};

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    code: FieldCode,
    message: Text,
}

impl FieldError {
    pub fn new(code: FieldCode) -> Self {
        Self { code, message: code.into() }
    }

    /// With a [`Sentence`] for the customer, or with English for the developer of the form.
    pub fn with_message(code: FieldCode, message: impl Into<Text>) -> Self {
        Self { code, message: message.into() }
    }

    pub fn code(&self) -> FieldCode {
        self.code
    }

    pub fn message(&self) -> &Text {
        &self.message
    }

    pub(crate) fn to_json(&self, language: Language) -> Value {
        json!({ "code": self.code.as_str(), "message": self.message.in_language(language) })
    }
}
