//! Why a request failed: the server looks at what was sent and what was answered, names the cause of the catalogue
//! ([`doorstep_base::Cause`]) and says it once in the log. In dev mode the answer carries it as `hint`, and the last
//! explanations are kept for the console.
//!
//! A good answer must not pay for it: in production nothing is kept of a request that looks right.

pub mod catalogue;
mod feed;
mod glance;
mod hints;
mod redact;
mod told;

use std::sync::Arc;

use axum::http::{Method, Request, Uri};
use axum::response::Response;
use doorstep_account::http::{ApiError, Client, Hint};
use doorstep_base::{Cause, Timestamp};

pub use feed::Explained;
use feed::Feed;
pub use glance::Glance;
use told::Told;

/// Shared by every request of a server.
#[derive(Clone)]
pub struct Explain(Arc<Inner>);

struct Inner {
    is_dev: bool,
    told: Told,
    feed: Feed,
}

/// A request that was answered, as far as its explanation needs it.
pub struct Exchange<'a> {
    pub at: Timestamp,
    pub client: &'a Client,
    pub method: &'a Method,
    pub uri: &'a Uri,
    pub glance: Option<&'a Glance>,
}

impl Explain {
    pub fn new(is_dev: bool) -> Self {
        Self(Arc::new(Inner { is_dev, told: Told::new(is_dev), feed: Feed::default() }))
    }

    pub fn is_dev(&self) -> bool {
        self.0.is_dev
    }

    /// The explanations after this number, oldest first. Production has none.
    pub fn since(&self, number: u64) -> Vec<Explained> {
        self.0.feed.since(number)
    }

    /// Takes down what an explanation may need of a request, before its routes take it.
    pub fn glance<B>(&self, request: &Request<B>, is_refused: bool) -> Option<Box<Glance>> {
        let is_wanted = self.0.is_dev || is_refused;
        is_wanted.then(|| Box::new(Glance::new(request.headers(), is_refused)))
    }

    /// What is wrong with a request whose answer is about to be written, told in the log once. `None` is the usual answer,
    /// and it comes at once.
    pub fn judge(&self, exchange: &Exchange, answered: &Response) -> Option<Hint> {
        let is_failure = answered.status().as_u16() >= 400;
        if !is_failure && exchange.glance.is_none() && answered.extensions().is_empty() {
            return None;
        }
        let hint = self.find(exchange, answered)?;
        if self.0.told.is_first(&hint) {
            tell(&hint, is_failure);
        }
        Some(hint)
    }

    /// The first cause that fits, the one that hides the others first.
    fn find(&self, exchange: &Exchange, answered: &Response) -> Option<Hint> {
        let seen = exchange.glance.and_then(Glance::hint);
        let known = || {
            let error = answered.extensions().get::<ApiError>().and_then(ApiError::hint);
            error.or_else(|| answered.extensions().get::<Hint>()).cloned()
        };
        seen.or_else(known)
    }

    /// Keeps a failure, or an answer that somebody cannot use, for the console.
    pub fn keep(&self, exchange: &Exchange, hint: Option<&Hint>, response: &Response) {
        let status = response.status().as_u16();
        let is_kept = self.0.is_dev && (status >= 400 || hint.is_some());
        let Some(glance) = exchange.glance.filter(|_| is_kept) else { return };
        let error = response.extensions().get::<ApiError>();
        let line = hint.map(ToString::to_string);
        let request_id = exchange.client.request_id.clone();
        self.0.feed.push(Explained {
            number: 0,
            at: exchange.at,
            cause: hint.and_then(|hint| hint.cause),
            method: exchange.method.to_string(),
            path: redact::plain(exchange.uri.path()),
            status,
            code: error.map(|error| error.code().as_str()),
            origin: glance.origin(),
            sent: redact::headers(glance.headers()),
            told: redact::headers(response.headers()),
            answer: error.map(|error| error.problem(&request_id, line.as_deref())),
            hint: line,
            request_id,
        });
    }
}

fn tell(hint: &Hint, is_failure: bool) {
    match hint.cause {
        // Somebody's password stands in histories and logs from now on: louder than what only does not work.
        Some(Cause::PasswordInUrl) => tracing::error!("{hint}"),
        _ if is_failure || hint.cause == Some(Cause::OriginRefused) => tracing::warn!("{hint}"),
        _ => tracing::info!("{hint}"),
    }
}
