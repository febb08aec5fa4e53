//! Why a request failed: the server looks at what was sent and what was answered, names the cause of the catalogue
//! ([`doorstep_base::Cause`]) and says it once in the log. In dev mode the answer carries it as `hint`, and the last
//! explanations are kept for the console.
//!
//! A good answer must not pay for it: in production nothing is kept of a request that looks right.

mod address;
pub mod catalogue;
mod cookies;
mod feed;
mod hints;
mod leak;
mod one_address;
mod ports;
mod redact;
mod reported;
mod request_head;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::{HeaderMap, Method, Request, StatusCode, Uri, header};
use axum::response::Response;
use doorstep_base::{Cause, Code, Language, Timestamp};
use doorstep_web::{ApiError, Client, CookieName, Hint};

use cookies::Cookies;
pub use feed::Explained;
use feed::Feed;
use one_address::{OneAddress, is_private};
use ports::Ports;
use reported::ReportedHints;
pub use request_head::RequestHead;

use crate::http::Judged;

/// Shared by every request of a server.
#[derive(Clone)]
pub struct Explain(Arc<Inner>);

struct Inner {
    is_dev: bool,
    reported: ReportedHints,
    feed: Feed,
    cookies: Cookies,
    ports: Ports,
    /// A proxy that nobody trusts was found: not looked for any more.
    has_proxy: AtomicBool,
    one_address: OneAddress,
}

/// A request that was answered, as far as its explanation needs it.
pub struct Exchange<'a> {
    pub at: Timestamp,
    pub client: &'a Client,
    pub method: &'a Method,
    pub uri: &'a Uri,
    pub head: Option<&'a RequestHead>,
}

impl Explain {
    pub fn new(is_dev: bool, cookie: CookieName) -> Self {
        Self(Arc::new(Inner {
            is_dev,
            reported: ReportedHints::new(is_dev),
            feed: Feed::default(),
            cookies: Cookies::new(is_dev, cookie),
            ports: Ports::default(),
            has_proxy: AtomicBool::new(false),
            one_address: OneAddress::default(),
        }))
    }

    pub fn is_dev(&self) -> bool {
        self.0.is_dev
    }

    /// The explanations after this number, oldest first. Production has none.
    pub fn since(&self, number: u64) -> Vec<Explained> {
        self.0.feed.since(number)
    }

    /// Keeps what an explanation may need of a request, before its routes take it.
    pub fn record_head<B>(&self, request: &Request<B>, judged: &Judged) -> Option<Box<RequestHead>> {
        let (method, headers) = (request.method(), request.headers());
        let leaks = leak::is_in(request.uri(), headers);
        // What changes something costs more than this anyway; reading is what must stay cheap.
        let is_wanted =
            self.0.is_dev || leaks || judged.is_refused || !method.is_safe() || *method == Method::OPTIONS;
        if !is_wanted && !self.0.cookies.is_watching() {
            return None;
        }
        let origin = headers.get(header::ORIGIN).filter(|_| judged.is_refused);
        let hint = if leaks {
            Some(leak::hint(request.uri()))
        } else if let Some(origin) = origin {
            Some(hints::origin_refused(origin, self.0.ports.is_random(origin)))
        } else if *method == Method::OPTIONS {
            hints::preflight(headers, &judged.taken)
        } else {
            None
        };
        Some(Box::new(RequestHead { headers: headers.clone(), hint }))
    }

    /// Says once that a proxy names the client and is not believed. On this machine in dev mode nothing depends on it.
    pub fn notice_proxy(&self, peer: IpAddr, headers: &HeaderMap, is_trusted: impl FnOnce() -> bool) {
        if self.0.has_proxy.load(Ordering::Relaxed) || !headers.contains_key("x-forwarded-for") {
            return;
        }
        let peer = peer.to_canonical();
        let matters = is_private(peer) && !(self.0.is_dev && peer.is_loopback());
        if matters && !is_trusted() && !self.0.has_proxy.swap(true, Ordering::Relaxed) {
            tracing::warn!("{}", hints::untrusted_proxy(peer));
        }
    }

    /// Says once that everybody seems to come from one private address, as behind a proxy that does not name its clients.
    pub fn notice_client(&self, ip: IpAddr) {
        if !self.0.is_dev && self.0.one_address.is_everybodys(ip) {
            tracing::warn!("{}", hints::one_address(ip));
        }
    }

    /// Says once what ended a connection before it was a request. Scanners do that to every public port: dev mode only.
    pub fn notice_end(&self, error: &hyper::Error, speaks_tls: bool) {
        let hint = self.0.is_dev.then(|| hints::connection(error, speaks_tls)).flatten();
        if let Some(hint) = hint.filter(|hint| self.0.reported.is_first(hint)) {
            tracing::warn!("{hint}");
        }
    }

    /// What is wrong with a request whose answer is about to be written, told in the log once. `None` is the usual answer,
    /// and it comes at once.
    pub fn judge(&self, exchange: &Exchange, answered: &Response) -> Option<Hint> {
        let is_failure = answered.status().as_u16() >= 400;
        if !is_failure && exchange.head.is_none() && answered.extensions().is_empty() {
            return None;
        }
        let hint = self.find(exchange, answered)?;
        if !is_doctors(exchange) && self.0.reported.is_first(&hint) {
            log(&hint, is_failure);
        }
        Some(hint)
    }

    /// The first cause that fits, the one that hides the others first.
    fn find(&self, exchange: &Exchange, answered: &Response) -> Option<Hint> {
        let (method, uri) = (exchange.method, exchange.uri);
        let error = answered.extensions().get::<ApiError>();
        // Asked in any case: it also learns from what is right.
        let cookie = exchange.head.and_then(|head| {
            let is_anonymous = !head.headers.contains_key(header::AUTHORIZATION)
                && (error.is_some_and(|error| error.code() == Code::NoSession)
                    || uri.path().trim_end_matches('/') == "/api/session");
            self.0.cookies.judge(exchange.client, &head.headers, exchange.at, answered, is_anonymous)
        });
        let seen = exchange.head.and_then(|head| head.hint.clone());
        seen.or_else(|| error.and_then(ApiError::hint).or_else(|| answered.extensions().get()).cloned())
            .or_else(|| match answered.status() {
                StatusCode::NOT_FOUND => address::not_found(method, uri),
                StatusCode::METHOD_NOT_ALLOWED => address::not_allowed(method, uri),
                _ => None,
            })
            .or(cookie)
    }

    /// Keeps a failure, or an answer that somebody cannot use, for the console.
    pub fn keep(&self, exchange: &Exchange, hint: Option<&Hint>, response: &Response) {
        let status = response.status().as_u16();
        let is_kept = self.0.is_dev && (status >= 400 || hint.is_some()) && !is_doctors(exchange);
        let Some(head) = exchange.head.filter(|_| is_kept) else { return };
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
            origin: head.origin(),
            request_headers: redact::headers(&head.headers),
            answer_headers: redact::headers(response.headers()),
            answer: error.map(|error| error.problem(Language::English, &request_id, line.as_deref())),
            hint: line,
            request_id,
        });
    }
}

/// The doctor does wrong what a page may do wrong, to see what comes back: that is nobody's mistake.
fn is_doctors(exchange: &Exchange) -> bool {
    exchange.client.device.as_deref().is_some_and(|device| device.starts_with("doorstep-doctor/"))
}

fn log(hint: &Hint, is_failure: bool) {
    let is_answered = |cause| matches!(cause, Cause::SentTwice | Cause::NoAnswerInTime | Cause::RefreshRace);
    if hint.cause == Some(Cause::PasswordInUrl) {
        // Somebody's password stands in histories and logs from now on: louder than what only does not work.
        tracing::error!("{hint}");
    } else if !is_failure && hint.cause.is_some_and(is_answered) {
        tracing::info!("{hint}");
    } else {
        tracing::warn!("{hint}");
    }
}
