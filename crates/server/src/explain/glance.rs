//! What is kept of a request until its answer is known. Made before the routes take the request.

use axum::http::{HeaderMap, header};
use doorstep_account::http::Hint;

use super::{hints, redact};

/// A request's head, and what is already known to be wrong with it.
pub struct Glance {
    headers: HeaderMap,
    hint: Option<Hint>,
}

impl Glance {
    pub fn new(headers: &HeaderMap, is_refused: bool) -> Self {
        let origin = headers.get(header::ORIGIN).filter(|_| is_refused);
        Self { headers: headers.clone(), hint: origin.map(hints::origin_refused) }
    }

    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub fn hint(&self) -> Option<Hint> {
        self.hint.clone()
    }

    pub fn origin(&self) -> Option<String> {
        let origin = self.headers.get(header::ORIGIN)?;
        Some(redact::plain(origin.to_str().unwrap_or("(unreadable)")))
    }
}
