//! Which names a server in dev mode answers to. A page of a stranger can make its own name point at this machine (DNS
//! rebinding): to the browser the server then is a part of that page, and neither CORS nor the cookie's bounds hold. The
//! name is in the request, so a name that a stranger can own is refused. Production answers to any: its proxy decides.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};
use doorstep_base::Code;
use doorstep_web::{ApiError, Origins};

/// Endings that no public name server gives to anybody (RFC 6761, RFC 6762, and `internal` by ICANN).
const OWN_ENDINGS: [&str; 5] = [".localhost", ".local", ".test", ".internal", ".home.arpa"];

/// Refuses a request for a name that may be a stranger's. The host of `server.public_url` and those of allowed origins
/// are ours by configuration.
pub fn check(headers: &HeaderMap, own: &str, origins: &Origins) -> Result<(), ApiError> {
    let Some(host) = headers.get(header::HOST) else { return Ok(()) };
    let host = host.to_str().unwrap_or_default();
    let name = name_of(host);
    if is_near(name) || name.eq_ignore_ascii_case(own) || is_allowed(host, origins) {
        return Ok(());
    }
    let shown: String = host.chars().filter(char::is_ascii_graphic).take(100).collect();
    Err(ApiError::new(Code::Misdirected).detail(format!(
        "In dev mode this server answers to localhost, to addresses and to names of this network, not to {shown}. \
         If the name is yours, set [server] public_url to it, like DOORSTEP_SERVER_PUBLIC_URL=https://{shown}"
    )))
}

/// The list holds lower-case origins, with the scheme that the pages have.
fn is_allowed(host: &str, origins: &Origins) -> bool {
    let host = host.to_ascii_lowercase();
    ["https", "http"].iter().any(|scheme| origins.allows(&format!("{scheme}://{host}")))
}

/// The name or address in `name:port`, `[address]:port` or either without a port.
pub fn name_of(host: &str) -> &str {
    let end = host.rfind(']').map_or(0, |bracket| bracket + 1);
    let name = host[end..].find(':').map_or(host, |colon| &host[..end + colon]);
    name.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(name)
}

/// Whether no stranger can have this name: an address (a browser sends it only to that address), a name without a dot
/// (a container's or a machine's), or one with an ending that is nobody's.
fn is_near(name: &str) -> bool {
    if name.parse::<IpAddr>().is_ok() {
        return true;
    }
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix('.').unwrap_or(&name);
    is_plain(name) && (!name.contains('.') || OWN_ENDINGS.iter().any(|ending| name.ends_with(ending)))
}

/// Whether this is on this machine or in this network, where a name or an address says so.
pub fn is_local(name: &str) -> bool {
    match name.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        Err(_) => is_near(name),
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn is_taken(host: &str) -> bool {
        let headers = [(header::HOST, HeaderValue::from_bytes(host.as_bytes()).unwrap())];
        let origins = Origins::new(["http://shop.example:5000".to_owned()], true);
        check(&headers.into_iter().collect(), "abc.tunnel.example", &origins).is_ok()
    }

    #[test]
    fn names_that_a_stranger_can_own_are_refused() {
        for own in [
            "localhost",
            "localhost:5000",
            "LOCALHOST:1",
            "shop.localhost:5173",
            "127.0.0.1:5000",
            "127.1.2.3",
            "[::1]:5000",
            "192.168.1.5:5000",
            "10.0.2.2:5000",
            "[fe80::1]:5000",
            "my-mac.local:5000",
            "host.docker.internal:5000",
            "shop.test",
            "doorstep:5000",
            "abc.tunnel.example",
            "ABC.tunnel.example",
            "shop.example:5000",
        ] {
            assert!(is_taken(own), "{own}");
        }
        for foreign in [
            "",
            "evil.example",
            "evil.example:5000",
            "localhost.evil.example",
            "127.0.0.1.evil.example:5000",
            "127.0.0.1.nip.io",
            "evil.example:127.0.0.1",
            "localhost@evil.example",
            "evil.example.",
            "shop.example",
            "shop.example:5001",
            "evil.tunnel.example",
            "[::1].evil.example",
            "é.local",
        ] {
            assert!(!is_taken(foreign), "{foreign}");
        }
    }

    #[test]
    fn a_public_address_is_no_neighbour() {
        for near in ["127.0.0.1", "192.168.1.5", "::1", "fd00::1", "localhost", "shop.test", "shop.local"] {
            assert!(is_local(near), "{near}");
        }
        for far in ["203.0.113.9", "2001:db8::1", "evil.example", ""] {
            assert!(!is_local(far), "{far}");
        }
    }
}
