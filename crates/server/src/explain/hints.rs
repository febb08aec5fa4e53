//! The lines of the causes that can be seen in a request's head.

use axum::http::HeaderValue;
use doorstep_account::http::Hint;
use doorstep_base::Cause;

use super::redact;
use crate::config::Origin;

/// A page whose origin is not allowed, with the line that allows it.
pub fn origin_refused(origin: &HeaderValue) -> Hint {
    let shown = redact::plain(origin.to_str().unwrap_or("(unreadable)"));
    let text = match shown.as_str() {
        "null" => "Origin null is not allowed: the page was opened as a file, or in a sandboxed frame. Serve it over http.".to_owned(),
        // Only what is an origin may stand in a command that somebody copies.
        _ if shown.parse::<Origin>().is_ok() => format!(
            "Origin {shown} is not allowed. Run: doorstep origins add {shown} (or write it into [cors] origins in doorstep.toml)"
        ),
        _ => format!("Origin {shown} is not allowed, and not one that a browser sends."),
    };
    Hint::new(Cause::OriginRefused, text)
}
