//! The language of an answer's words. Only what has words looks for it: a check of a session does not.

use axum::http::{HeaderMap, HeaderValue, header};
use doorstep_base::Language;

/// For `Vary`.
pub const BY_LANGUAGE: HeaderValue = HeaderValue::from_static("accept-language");

/// What an `Accept-Language` asks for. One that cannot be read asks for nothing.
pub fn asked_language(accepted: Option<&HeaderValue>) -> Language {
    let list = accepted.and_then(|value| value.to_str().ok());
    list.map_or_else(Language::default, Language::accepted)
}

/// Says in which language an answer is, and that others would get it in another.
pub fn speaks(language: Language, headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.append(header::VARY, BY_LANGUAGE);
}
