//! What is said of refused fields that a page does not have.

use doorstep_base::{FieldCode, Language};

use super::markup::{escape, said};
use crate::FieldError;
use crate::label::label;

/// A list of them, or nothing.
pub fn list<'a>(
    refused: impl Iterator<Item = &'a (String, FieldError)>,
    language: Language,
) -> Option<String> {
    let items: String = refused.map(|(name, refused)| item(name, refused, language)).collect();
    (!items.is_empty()).then(|| format!("<ul>{items}</ul>"))
}

/// A name that the route does not know is not shown: anybody may have made it up.
fn item(name: &str, refused: &FieldError, language: Language) -> String {
    if refused.code() == FieldCode::UnknownField {
        return said("li", refused.message(), language);
    }
    let label = match label(name) {
        Some(label) => said("strong", &label.into(), language),
        None => format!("<strong>{}</strong>", escape(name)),
    };
    format!("<li>{label}: {}</li>", said("span", refused.message(), language))
}
