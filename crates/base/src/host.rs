//! What a host's name says about where it is.

use std::net::IpAddr;

/// Whether this host is this machine, whoever looks its name up. An IPv6 address may stand in brackets. Names below
/// `localhost` are this machine to browsers only: another program may be sent elsewhere by a name server.
pub fn is_this_machine(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(host);
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_this_machine() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "",
            "db",
            "10.0.0.1",
            "localhost.shop.example",
            "127.0.0.1.shop.example",
            "127.shop.example",
            "::1.shop.example",
            "shop.localhost",
            "localhost:5432",
            "[localhost]",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
