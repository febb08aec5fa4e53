//! The form of sign-up, as it was sent.

use doorstep_base::{Email, EmailError, Sentence, Text};
use doorstep_web::{FieldError, Fields};

use crate::password::Password;

/// What the backends of tutorials say when a field is missing, whichever it is; their frontends show it.
pub const ALL_REQUIRED: Sentence = Sentence::AllRequired;
/// In code points; enough for every name, too little for a novel.
pub const LONGEST_NAME: usize = 200;

/// Texts of the right form, and nothing decided yet.
pub struct SignupForm {
    pub name: String,
    pub email: Option<Email>,
    pub password: Password,
    pub mode: Option<String>,
    pub marketing_consent: bool,
}

impl SignupForm {
    /// What is wrong stands in `fields` afterwards.
    pub fn read(fields: &mut Fields, require_name: bool) -> Self {
        fields.take_username_for_name();
        let name = if require_name {
            fields.required_text("name", LONGEST_NAME)
        } else {
            fields.text("name", LONGEST_NAME).unwrap_or_default()
        };
        Self {
            name,
            email: read_email(fields),
            password: Password::new(fields.required_raw_text("password")),
            mode: fields.text("session", 16),
            marketing_consent: fields.flag("marketingConsent").unwrap_or(false),
        }
    }
}

/// The `email` field, in every form that has one.
pub fn read_email(fields: &mut Fields) -> Option<Email> {
    read_email_in(fields, "email")
}

pub fn read_email_in(fields: &mut Fields, name: &'static str) -> Option<Email> {
    let text = fields.required_raw_text(name);
    if text.is_empty() {
        return None;
    }
    match Email::parse(&text) {
        Ok(email) => Some(email),
        Err(error) => {
            let refused = match error {
                EmailError::Sign(sign) => {
                    let message = Text::from(Sentence::InvisibleSignInAddress).with("sign", sign);
                    FieldError::with_message(error.code(), message)
                }
                _ => FieldError::new(error.code()),
            };
            fields.refuse(name, refused);
            None
        }
    }
}
