//! What must hold of every request's headers, and what every answer carries.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Version, header};
use doorstep_base::Code;
use doorstep_web::ApiError;

/// Headers that decide who asks or what is meant: two of one would let two readers see two requests.
const SINGLE: [HeaderName; 8] = [
    header::HOST,
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::ORIGIN,
    header::IF_MATCH,
    HeaderName::from_static("idempotency-key"),
];

/// Refuses a request that two programs on its way could read differently.
pub fn check<B>(request: &Request<B>) -> Result<(), ApiError> {
    let headers = request.headers();
    let malformed = |detail: String| Err(ApiError::new(Code::MalformedRequest).detail(detail));
    // Hardly any request repeats a header: only then is it worth looking which.
    let repeats = headers.len() != headers.keys_len();
    if let Some(name) = SINGLE.iter().find(|name| repeats && headers.get_all(*name).iter().nth(1).is_some()) {
        return malformed(format!("The header {name} was sent more than once."));
    }
    if request.version() == Version::HTTP_11 && !headers.contains_key(header::HOST) {
        return malformed("The header Host is missing.".to_owned());
    }
    // A body that is packed as well would be read as it is (RFC 9112, section 6.1).
    let coding = headers.get(header::TRANSFER_ENCODING);
    if coding.is_some_and(|coding| !coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked")) {
        return malformed("The header transfer-encoding has another value than chunked.".to_owned());
    }
    Ok(())
}

/// The refusal of a request with two lengths, which hyper does not show us ([`super::heads`]).
pub fn two_lengths() -> ApiError {
    ApiError::new(Code::MalformedRequest).detail(
        "The header content-length was sent more than once, beside transfer-encoding, or cannot be read.",
    )
}

/// What an answer of the API may do when somebody opens it as a page: nothing.
pub const API_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

macro_rules! page_policy {
    ($base:literal) => {
        HeaderValue::from_static(concat!(
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
             base-uri ",
            $base,
            "; form-action 'self'; frame-ancestors 'none'"
        ))
    };
}

/// What a page of the shop may do: use what comes from this server. Flutter's pages are WebAssembly, and both
/// kits' pages set styles from their scripts.
pub const PAGE_POLICY: HeaderValue = page_policy!("'none'");
/// The same for one that goes out at another address than its own, which a `<base>` names.
pub const BASE_POLICY: HeaderValue = page_policy!("'self'");
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// Marks any answer; what a route has set itself stays.
pub fn secure(headers: &mut HeaderMap, is_https: bool) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(CORP).or_insert(HeaderValue::from_static("same-origin"));
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if kind == Some(b"application/json") {
        // Older Dart clients read JSON without a charset as Latin-1 (connection failure DS-22).
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    } else if kind.is_some_and(|kind| kind.starts_with(b"text/html")) {
        headers.insert(COOP, HeaderValue::from_static("same-origin"));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(API_POLICY);
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
}

pub const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const COOP: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
