//! What of a request may be shown: names always, values only where they are no secret.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

const HIDDEN: &str = "(hidden)";
const LONGEST: usize = 200;
const MOST_HEADERS: usize = 60;
/// A header of many tiny ones would grow by what stands in place of each value.
const MOST_COOKIES: usize = 50;

/// Headers whose values are shown. A list of secret ones would miss the shop's own.
const SHOWN: [&str; 42] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "allow",
    "cache-control",
    "clear-site-data",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-security-policy",
    "content-type",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "date",
    "dnt",
    "etag",
    "forwarded",
    "host",
    "if-match",
    "if-none-match",
    "keep-alive",
    "origin",
    "pragma",
    "priority",
    "referrer-policy",
    "retry-after",
    "strict-transport-security",
    "te",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "user-agent",
    "vary",
    "via",
    "x-content-type-options",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-real-ip",
    "x-requested-with",
];
/// Not all of `sec-` and `x-forwarded-`: some proxies put a token or a whole address there, some pages a token into
/// `Sec-WebSocket-Protocol`.
const SHOWN_FAMILIES: [&str; 5] = ["access-control-", "ratelimit", "sec-ch-", "sec-fetch-", "x-request-id"];

pub fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    headers.iter().take(MOST_HEADERS).map(|(name, value)| (name.to_string(), shown(name, value))).collect()
}

/// Printable and short: a header cannot write lines or colours anywhere.
pub fn plain(text: &str) -> String {
    let cut: String =
        text.chars().map(|c| if c == ' ' || c.is_ascii_graphic() { c } else { '?' }).take(LONGEST).collect();
    if text.len() > LONGEST { cut + "…" } else { cut }
}

fn shown(name: &HeaderName, value: &HeaderValue) -> String {
    let text = String::from_utf8_lossy(value.as_bytes());
    match name {
        &header::COOKIE => cookies(&text),
        &header::SET_COOKIE => set_cookie(&text),
        &header::AUTHORIZATION => authorization(&text),
        // Of an address the query may hold what a form held.
        &header::REFERER | &header::LOCATION => plain(text.split(['?', '#']).next().unwrap_or_default()),
        &header::WWW_AUTHENTICATE => plain(&text),
        _ if is_shown(name.as_str()) => plain(&text),
        _ => HIDDEN.to_owned(),
    }
}

fn is_shown(name: &str) -> bool {
    SHOWN.binary_search(&name).is_ok() || SHOWN_FAMILIES.iter().any(|family| name.starts_with(family))
}

fn authorization(text: &str) -> String {
    match text.split_once(' ') {
        Some((scheme, _)) if ["bearer", "basic"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
            format!("{scheme} {HIDDEN}")
        }
        _ => HIDDEN.to_owned(),
    }
}

fn cookies(text: &str) -> String {
    text.split(';').take(MOST_COOKIES).map(name_only).collect::<Vec<_>>().join("; ")
}

/// A pair without a name is a value.
fn name_only(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, _)) => format!("{}={HIDDEN}", plain(name.trim())),
        None => HIDDEN.to_owned(),
    }
}

fn set_cookie(text: &str) -> String {
    match text.split_once(';') {
        Some((pair, flags)) => format!("{};{}", name_only(pair), plain(flags)),
        None => name_only(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(SHOWN.is_sorted());
    }

    #[test]
    fn names_are_shown_and_secrets_are_not() {
        for (name, sent, told) in [
            ("cookie", "doorstep=c4nary; theme=c4nary", "doorstep=(hidden); theme=(hidden)"),
            ("cookie", "c4nary", "(hidden)"),
            ("set-cookie", "doorstep=c4nary; Path=/; HttpOnly", "doorstep=(hidden); Path=/; HttpOnly"),
            ("authorization", "Bearer c4nary", "Bearer (hidden)"),
            ("authorization", "c4nary c4nary", "(hidden)"),
            ("authorization", "c4nary", "(hidden)"),
            ("referer", "http://shop.example/signup?password=c4nary", "http://shop.example/signup"),
            ("location", "/welcome#token=c4nary", "/welcome"),
            ("idempotency-key", "c4nary", "(hidden)"),
            ("x-api-key", "c4nary", "(hidden)"),
            ("x-forwarded-access-token", "c4nary", "(hidden)"),
            ("x-forwarded-uri", "/signup?password=c4nary", "(hidden)"),
            ("sec-websocket-protocol", "bearer, c4nary", "(hidden)"),
            ("x-forwarded-proto", "https", "https"),
            ("origin", "https://shop.example", "https://shop.example"),
            ("sec-fetch-site", "cross-site", "cross-site"),
        ] {
            let name = HeaderName::from_static(name);
            assert_eq!(shown(&name, &HeaderValue::from_static(sent)), told, "{name}");
        }
    }

    #[test]
    fn a_header_does_not_grow_without_end() {
        let value = HeaderValue::from_str(&"a=;".repeat(5000)).unwrap();
        assert!(shown(&header::COOKIE, &value).len() < 1000);
    }

    #[test]
    fn what_cannot_be_printed_is_no_longer_there() {
        assert_eq!(plain("a\u{1b}[31m\r\nb\u{202e}"), "a?[31m??b?");
        assert!(plain(&"x".repeat(5000)).len() < 210);
        let value = HeaderValue::from_bytes(b"curl/\xff").unwrap();
        assert_eq!(shown(&header::USER_AGENT, &value), "curl/?");
    }
}
