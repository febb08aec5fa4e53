//! Who calls a route, as its service needs to know before anything is proven.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

use doorstep_base::Language;

use crate::route::RouteRules;
use crate::{Client, ClientOf, Gone, asked_language, wants_page};

/// The caller of a route, with what the route's line in the table allows. Nothing is counted without one: a handler
/// counts the limits that its line names and can count no others.
pub struct Caller {
    pub client: Arc<Client>,
    pub headers: HeaderMap,
    /// Whether it still waits; known inside [`Caller::carry_out`].
    pub gone: Gone,
    pub(crate) rules: RouteRules,
}

impl Caller {
    /// Whether a browser posted a form by itself: its answer is a page.
    pub fn in_page(&self) -> bool {
        wants_page(&Method::POST, &self.headers)
    }

    /// The language that the answer's words are for.
    pub fn language(&self) -> Language {
        asked_language(self.headers.get(ACCEPT_LANGUAGE))
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let ClientOf(client) = ClientOf::from_request_parts(parts, state).await?;
        let rules = parts.extensions.get::<RouteRules>().copied().unwrap_or_default();
        Ok(Self { client, headers: parts.headers.clone(), gone: Gone::never(), rules })
    }
}
