//! Which answers a browser lets a page read. Outermost, so that errors of every kind carry the headers too.

use std::iter;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use doorstep_web::Origins;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PATCH, PUT, DELETE");
/// Besides ours: what a tunnel of ngrok wants to see before it lets a program through, and what tools add to every request
/// that their owner makes (W3C Trace Context and Baggage, Sentry, jQuery and axios). `cors.headers` has the rest.
const TAKEN: &str = "content-type, authorization, idempotency-key, if-match, if-none-match, accept, accept-language, x-request-id, \
     ngrok-skip-browser-warning, traceparent, tracestate, baggage, sentry-trace, x-requested-with";
const EXPOSED: HeaderValue =
    HeaderValue::from_static("retry-after, x-request-id, ratelimit, ratelimit-policy, etag, date, location");
/// How long a browser may remember a preflight: short enough that a removed origin is out within the hour.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");
const VARY: HeaderValue = HeaderValue::from_static("origin");
const VARY_PREFLIGHT: HeaderValue =
    HeaderValue::from_static("origin, access-control-request-method, access-control-request-headers");
const TRUE: HeaderValue = HeaderValue::from_static("true");

pub struct Cors {
    origins: Origins,
    taken: HeaderValue,
}

/// What the request's Origin came to, decided before the request moves on.
pub struct Judged {
    allowed: Option<HeaderValue>,
    /// The headers that a page may send.
    pub taken: HeaderValue,
    /// A page sent it that may not read the answer.
    pub is_refused: bool,
}

impl Cors {
    /// `more` are the headers of `cors.headers`.
    pub fn new(origins: Origins, more: &[HeaderName]) -> Self {
        let names: Vec<&str> = iter::once(TAKEN).chain(more.iter().map(HeaderName::as_str)).collect();
        // Names of headers are always a value of one.
        let taken = HeaderValue::try_from(names.join(", "));
        Self { origins, taken: taken.unwrap_or(HeaderValue::from_static(TAKEN)) }
    }

    pub fn judge(&self, headers: &HeaderMap) -> Judged {
        let mut sent = headers.get_all(header::ORIGIN).iter();
        // Two Origins are no browser's: whichever were answered, the other reader would be misled.
        let judged = |allowed, is_refused| Judged { allowed, is_refused, taken: self.taken.clone() };
        let (Some(origin), None) = (sent.next(), sent.next()) else { return judged(None, false) };
        if origin.to_str().is_ok_and(|text| self.origins.allows(text)) {
            return judged(Some(origin.clone()), false);
        }
        let is_own_page = headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin");
        judged(None, !is_own_page)
    }
}

impl Judged {
    /// The answer to OPTIONS: always 2xx, without asking anybody who they are.
    pub fn preflight(&self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        headers.insert(header::VARY, VARY_PREFLIGHT);
        if self.allowed.is_some() {
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, self.taken.clone());
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        }
        response
    }

    /// Marks any answer. `Vary` stands on all of them, or a cache would hand one page's answer to another.
    pub fn mark(&self, method: &Method, headers: &mut HeaderMap) {
        if method != Method::OPTIONS {
            headers.append(header::VARY, VARY);
        }
        if let Some(origin) = &self.allowed {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }
}
