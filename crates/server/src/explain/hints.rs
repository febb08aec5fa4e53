//! The lines of the causes that can be seen in a request's head.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue, header};
use doorstep_base::origin::APP_SESSION;
use doorstep_base::{Cause, forwarding};
use doorstep_web::{FOREIGN_TOKEN_HEADERS, Hint};

use super::redact;
use crate::config::Origin;

/// A page whose origin is not allowed, with the line that allows it.
pub fn origin_refused(origin: &HeaderValue, is_random: bool) -> Hint {
    let shown = redact::plain(origin.to_str().unwrap_or("(unreadable)"));
    if is_random {
        let text = format!(
            "Origin {shown} is not allowed, and its port is another one at each start. Fix it: flutter run -d chrome --web-port 5001, then: doorstep origins add http://localhost:5001 (dev mode allows every port of this machine)"
        );
        return Hint::new(Cause::RandomPort, text);
    }
    let text = match shown.parse::<Origin>() {
        // Only what is an origin may stand in a command that somebody copies.
        Ok(origin) => format!(
            "Origin {shown} is not allowed. Run: doorstep origins add {shown} (or write it into [cors] origins in doorstep.toml){}",
            with_it(&origin)
        ),
        Err(_) if shown == "null" => NULL.to_owned(),
        Err(_) => format!("Origin {shown} is not allowed, and not one that a browser sends."),
    };
    Hint::new(Cause::OriginRefused, text)
}

const NULL: &str = "Origin null is not allowed: the page was opened as a file, or in a sandboxed frame, and everybody's such pages send it. Serve it over http; in an app give it an origin of its own (Electron: protocol.handle for app://., Cordova: the preferences scheme and hostname).";

/// What a page of this origin needs besides.
fn with_it(origin: &Origin) -> String {
    if origin.is_app() {
        return format!(". {APP_SESSION}");
    }
    let host = origin.as_str().strip_prefix("https://").unwrap_or_default();
    forwarding::of_host(host).map_or_else(String::new, |service| {
        format!(
            ". The API's port must be public too: a private one of {} answers pages with its login (DS-31)",
            service.name
        )
    })
}

/// A preflight that asks for headers which no request may have. `taken` is what the server lists.
pub fn preflight(sent: &HeaderMap, taken: &HeaderValue) -> Option<Hint> {
    let taken: Vec<&str> = taken.to_str().ok()?.split(',').map(str::trim).collect();
    let asked = sent.get(header::ACCESS_CONTROL_REQUEST_HEADERS)?.to_str().ok()?.to_ascii_lowercase();
    let is_name = |name: &&str| !name.is_empty() && !taken.contains(name);
    let refused: Vec<String> =
        asked.split(',').map(str::trim).filter(is_name).take(5).map(redact::plain).collect();
    if refused.is_empty() {
        return None;
    }
    let advice = if refused.iter().any(|name| name.starts_with("access-control-")) {
        "Such a header belongs into answers, never into requests: leave it out."
    } else if refused.iter().any(|name| FOREIGN_TOKEN_HEADERS.contains(&name.as_str())) {
        "The token belongs into another header: Authorization: Bearer <token>."
    } else {
        "Leave it out of the request (a default of the HTTP library, or a tool that measures), or take it: [cors] headers."
    };
    let text =
        format!("The page wants to send {}, which this server does not take. {advice}", refused.join(", "));
    Some(Hint::new(Cause::HeaderNotAllowed, text))
}

/// Forwarding headers from a peer that nobody trusts. No entry of the catalogue: nothing fails, but all customers
/// share one limit.
pub fn untrusted_proxy(peer: IpAddr) -> Hint {
    Hint::without_cause(format!(
        "X-Forwarded-For came from {peer}, which is not in [server] trusted_proxies: all customers behind it count as one. If it is your proxy: trusted_proxies = [\"{peer}\"]"
    ))
}

pub fn one_address(ip: IpAddr) -> Hint {
    let ip = ip.to_canonical();
    Hint::without_cause(format!(
        "Every request until now came from {ip}, a private address: limits per network cannot tell customers apart. If it is your proxy, let it send X-Forwarded-For, and name it: [server] trusted_proxies = [\"{ip}\"]"
    ))
}

/// What came was no HTTP/1: the connection's own error.
pub fn connection(error: &hyper::Error, speaks_tls: bool) -> Option<Hint> {
    if speaks_tls {
        let text = "Something speaks TLS to this port, which takes plain http: a base URL with https://, or a proxy that is told to. Write http:// there, or give the address of a proxy that has the certificate.";
        return Some(Hint::new(Cause::BaseUrlMissing, text));
    }
    let text = if error.is_parse_version_h2() {
        "A client speaks HTTP/2 to this port, which takes HTTP/1.1. Let the proxy in front speak HTTP/1.1 to it (nginx: proxy_http_version 1.1; Caddy: no h2c)."
    } else if error.is_parse_too_large() {
        "The head of a request is larger than [server] max_header_bytes, and was answered with 431. Cookies of other programs on this host are the usual reason."
    } else if error.is_parse() {
        "Something that is no HTTP came to this port, which speaks plain http."
    } else {
        return None;
    };
    Some(Hint::without_cause(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_origin_comes_with_the_command_that_allows_it() {
        let line = |origin: &str| origin_refused(&HeaderValue::from_str(origin).unwrap(), false).to_string();
        assert!(line("https://shop.example").starts_with("DS-01 Origin https://shop.example is not allowed. Run: doorstep origins add https://shop.example "));
        assert!(line("null").contains("opened as a file"));
        for app in ["capacitor://localhost", "http://tauri.localhost", "app://."] {
            assert!(line(app).contains(&format!("doorstep origins add {app} ")), "{}", line(app));
            assert!(line(app).ends_with(APP_SESSION), "{}", line(app));
        }
        let forwarded = line("https://shop-5173.app.github.dev");
        assert!(forwarded.contains("doorstep origins add https://shop-5173.app.github.dev "), "{forwarded}");
        assert!(
            forwarded.contains("must be public too") && forwarded.contains("GitHub Codespaces"),
            "{forwarded}"
        );
        for odd in ["https://x$(reboot)", "https://shop.example/", "x; rm -rf"] {
            assert!(!line(odd).contains("doorstep origins add"), "{odd}");
        }
    }

    #[test]
    fn a_preflight_for_headers_that_are_taken_is_none() {
        let taken = HeaderValue::from_static("content-type, authorization");
        let hint = |asked: &'static str| {
            let sent = HeaderMap::from_iter([(
                header::ACCESS_CONTROL_REQUEST_HEADERS,
                HeaderValue::from_static(asked),
            )]);
            preflight(&sent, &taken).map(|hint| hint.to_string())
        };
        assert_eq!(hint("Content-Type, authorization"), None);
        assert!(
            hint("content-type,x-client-version")
                .is_some_and(|hint| hint.starts_with("DS-05 The page wants to send x-client-version,"))
        );
        assert!(
            hint("access-control-allow-origin").is_some_and(|hint| hint.contains("belongs into answers"))
        );
        assert!(hint("x-auth-token").is_some_and(|hint| hint.ends_with("Authorization: Bearer <token>.")));
    }
}
