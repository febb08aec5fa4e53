//! Who may see the console: a browser at this machine, that asked for this machine by name, for a page of the console.
//!
//! - A server on `0.0.0.0`, a tunnel or a proxy brings strangers: the client's address must be this machine's, and no header
//!   may tell of a way from elsewhere.
//! - DNS rebinding makes a stranger's page same-origin with this server: the Host must be a name of this machine, which is
//!   less than what dev mode answers to (`http::hosts`).
//! - Dev mode lets every localhost page read answers across origins: what the page's own calls carry makes a browser ask
//!   before another page may send it, and CORS never allows it.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use doorstep_base::Code;
use doorstep_web::{ApiError, Client};

use super::Console;
use crate::http::name_of;
use crate::log::Unlogged;

const OWN: &str = "doorstep-console";
/// What proxies and tunnels write of where a request came from.
const FORWARDED: [&str; 4] = ["x-forwarded-for", "x-real-ip", "cf-connecting-ip", "true-client-ip"];

pub async fn only_here(State(console): State<Arc<Console>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    // In dev mode, exempt is whoever asks from this machine.
    let is_near = request.extensions().get::<Arc<Client>>().is_some_and(|client| client.is_exempt);
    if !is_near || !is_direct(headers) || !names_this_machine(headers, console.origins.own()) {
        return ApiError::new(Code::NotFound)
            .detail("The console is for the machine that the server runs on: open it there, as http://localhost:PORT/_dev.")
            .into_response();
    }
    // What pages of others may read of this server (CORS) is the API, never what is in a mailbox.
    if headers.contains_key(header::ORIGIN) && !is_from_here(headers) {
        return ApiError::new(Code::CsrfRefused)
            .detail("Only the console's own page may ask for this.")
            .into_response();
    }
    let is_data = request.uri().path().starts_with("/_dev/data/");
    if is_data && !is_own_call(headers, request.method()) {
        return ApiError::new(Code::CsrfRefused)
            .detail("Only the console's own page may ask for this.")
            .into_response();
    }
    let mut response = next.run(request).await;
    // Once a second from every open console: nobody wants to read that in the log.
    response.extensions_mut().insert(Unlogged);
    response
}

/// Whether nothing says that the request came from somewhere else.
fn is_direct(headers: &HeaderMap) -> bool {
    let names = FORWARDED.iter().flat_map(|name| headers.get_all(*name));
    let all_near = names
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .all(|hop| std::str::from_utf8(hop).is_ok_and(|hop| is_loopback(hop.trim())));
    all_near && !headers.contains_key(header::FORWARDED)
}

fn names_this_machine(headers: &HeaderMap, own: &str) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else { return false };
    let is_own = own.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host));
    let name = name_of(host);
    is_own || name.eq_ignore_ascii_case("localhost") || is_loopback(name)
}

fn is_loopback(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

fn is_own_call(headers: &HeaderMap, method: &Method) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_same_site = text("sec-fetch-site").is_none_or(|site| site == "same-origin");
    // Browsers send it with everything that changes something.
    let is_same_origin =
        if headers.contains_key(header::ORIGIN) { is_from_here(headers) } else { *method == Method::GET };
    text(OWN) == Some("1") && is_same_site && is_same_origin
}

/// Whether its Origin is the one that was asked.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    text(header::ORIGIN)
        .and_then(|origin| origin.split_once("://"))
        .is_some_and(|(_, authority)| authority == host)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let header = |(name, value): &(&str, &str)| {
            (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap())
        };
        pairs.iter().map(header).collect()
    }

    #[test]
    fn only_names_that_no_stranger_can_have_are_this_machine() {
        let is_here = |host: &str| names_this_machine(&headers(&[("host", host)]), "http://shop.test:5000");
        for host in [
            "localhost",
            "localhost:5000",
            "LOCALHOST:1",
            "127.0.0.1:5000",
            "127.1.2.3",
            "[::1]:5000",
            "shop.test:5000",
        ] {
            assert!(is_here(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:5000",
            "evil.example:127.0.0.1",
            "192.168.1.5:5000",
            "0.0.0.0:5000",
            "2130706433",
            "shop.test",
            "[::1",
            "[::2]:5000",
            "localhost@evil.example",
        ] {
            assert!(!is_here(host), "{host}");
        }
    }

    #[test]
    fn a_way_from_elsewhere_is_noticed() {
        for (name, value, direct) in [
            ("x-forwarded-for", "127.0.0.1", true),
            ("x-forwarded-for", "::1, 127.0.0.1", true),
            ("x-forwarded-for", "203.0.113.9", false),
            ("x-forwarded-for", "127.0.0.1, 203.0.113.9", false),
            ("x-forwarded-for", "unknown", false),
            ("x-real-ip", "10.0.0.1", false),
            ("cf-connecting-ip", "203.0.113.9", false),
            ("forwarded", "for=127.0.0.1", false),
            ("accept", "*/*", true),
        ] {
            assert_eq!(is_direct(&headers(&[(name, value)])), direct, "{name}: {value}");
        }
    }

    #[test]
    fn only_the_consoles_own_page_may_call() {
        let own = [("host", "localhost:5000"), (OWN, "1")];
        let with = |more: &[(&str, &str)]| headers(&[&own[..], more].concat());
        assert!(is_own_call(&with(&[]), &Method::GET));
        assert!(is_own_call(
            &with(&[("origin", "http://localhost:5000"), ("sec-fetch-site", "same-origin")]),
            &Method::POST
        ));
        assert!(!is_own_call(&with(&[]), &Method::POST), "without an Origin nothing is changed");
        assert!(!is_own_call(&headers(&own[..1]), &Method::GET), "without the header");
        for foreign in [
            ("origin", "http://localhost:5173"),
            ("origin", "null"),
            ("origin", "http://localhost:5000.evil.example"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "none"),
        ] {
            assert!(!is_own_call(&with(&[foreign]), &Method::GET), "{foreign:?}");
        }
    }
}
