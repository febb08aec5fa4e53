//! What is kept of a request until its answer is known. Made before the routes take the request.

use axum::http::{HeaderMap, header};
use doorstep_web::Hint;

use super::redact;

/// A request's head, and what is already known to be wrong with it.
pub struct RequestHead {
    pub headers: HeaderMap,
    pub hint: Option<Hint>,
}

impl RequestHead {
    pub fn origin(&self) -> Option<String> {
        let origin = self.headers.get(header::ORIGIN)?;
        Some(redact::plain(origin.to_str().unwrap_or("(unreadable)")))
    }
}
