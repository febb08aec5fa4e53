//! Which answers a browser lets a page read. Outermost, so that errors of every kind carry the headers too.

use std::collections::HashSet;
use std::sync::Mutex;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use doorstep_account::http::Origins;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PATCH, PUT, DELETE");
/// The last one is what a tunnel of ngrok wants to see before it lets a program through.
const TAKEN: HeaderValue = HeaderValue::from_static(
    "content-type, authorization, idempotency-key, if-match, if-none-match, accept, accept-language, x-request-id, \
     ngrok-skip-browser-warning",
);
const EXPOSED: HeaderValue =
    HeaderValue::from_static("retry-after, x-request-id, ratelimit, ratelimit-policy, etag, date, location");
/// How long a browser may remember a preflight: short enough that a removed origin is out within the hour.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");
const VARY: HeaderValue = HeaderValue::from_static("origin");
const VARY_PREFLIGHT: HeaderValue =
    HeaderValue::from_static("origin, access-control-request-method, access-control-request-headers");
const TRUE: HeaderValue = HeaderValue::from_static("true");
/// Each refused origin is told once; beyond this many different ones somebody is making them up.
const MOST_TOLD: usize = 100;

pub struct Cors {
    origins: Origins,
    told: Mutex<HashSet<String>>,
}

/// What the request's Origin came to, decided before the request moves on.
pub struct Allowed(Option<HeaderValue>);

impl Cors {
    pub fn new(origins: Origins) -> Self {
        Self { origins, told: Mutex::default() }
    }

    pub fn judge(&self, headers: &HeaderMap) -> Allowed {
        let mut sent = headers.get_all(header::ORIGIN).iter();
        // Two Origins are no browser's: whichever were answered, the other reader would be misled.
        let (Some(origin), None) = (sent.next(), sent.next()) else { return Allowed(None) };
        if origin.to_str().is_ok_and(|text| self.origins.allows(text)) {
            return Allowed(Some(origin.clone()));
        }
        let is_own_page = headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin");
        if !is_own_page {
            self.tell(origin);
        }
        Allowed(None)
    }

    fn tell(&self, origin: &HeaderValue) {
        // Visible ASCII only, so that a header cannot write lines or colours into the log.
        let shown: String = origin.to_str().unwrap_or("(unreadable)").chars().take(200).collect();
        let mut told = self.told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if told.len() < MOST_TOLD && told.insert(shown.clone()) {
            tracing::warn!("DS-01 Origin {shown} is not allowed. Add it to [cors] origins in doorstep.toml");
        }
    }
}

impl Allowed {
    /// The answer to OPTIONS: always 2xx, without asking anybody who they are.
    pub fn preflight(&self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        headers.insert(header::VARY, VARY_PREFLIGHT);
        if self.0.is_some() {
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, TAKEN);
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        }
        response
    }

    /// Marks any answer. `Vary` stands on all of them, or a cache would hand one page's answer to another.
    pub fn mark(self, method: &Method, headers: &mut HeaderMap) {
        if method != Method::OPTIONS {
            headers.append(header::VARY, VARY);
        }
        if let Some(origin) = self.0 {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }
}
