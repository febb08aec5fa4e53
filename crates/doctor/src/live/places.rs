//! What a host's name says about where it is: this machine, the local network, or somewhere in the world.

use std::net::IpAddr;

use doorstep_base::is_this_machine;

/// Names and addresses that never leave this machine.
pub fn is_loopback(host: &str) -> bool {
    is_this_machine(host) || is_below(host, "localhost")
}

/// This machine or its own network.
pub fn is_private(host: &str) -> bool {
    is_loopback(host)
        || is_below(host, "local")
        || match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(ip)) => ip.is_private() || ip.is_link_local(),
            Ok(IpAddr::V6(ip)) => ip.is_unique_local() || ip.is_unicast_link_local(),
            Err(_) => false,
        }
}

fn is_below(host: &str, parent: &str) -> bool {
    host.rsplit_once('.').is_some_and(|(_, last)| last == parent)
}

/// Whether browsers take two hosts for one site, and so send a SameSite cookie from a page of the one to the other.
pub fn are_one_site(a: &str, b: &str) -> bool {
    a == b || site_of(a).is_some_and(|site| Some(site) == site_of(b))
}

/// The name under which somebody has a site. An address has none.
pub fn site_of(host: &str) -> Option<&str> {
    let name = host.parse::<IpAddr>().is_err().then(|| psl2::lookup(host))?;
    name?.registrable_domain()
}

/// The host of an origin, without brackets and port.
pub fn host_of(origin: &str) -> &str {
    let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => authority.split(':').next().unwrap_or(authority),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_what_browsers_take_for_one() {
        for (a, b) in [
            ("shop.example", "shop.example"),
            ("shop.com", "api.shop.com"),
            ("www.shop.co.uk", "api.shop.co.uk"),
            ("localhost", "localhost"),
        ] {
            assert!(are_one_site(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("shop.com", "api.vendor.app"),
            ("a.github.io", "b.github.io"),
            ("shop.co.uk", "other.co.uk"),
            ("localhost", "127.0.0.1"),
            ("10.0.0.1", "9.0.0.1"),
        ] {
            assert!(!are_one_site(a, b), "{a} {b}");
        }
    }

    #[test]
    fn hosts_are_found_in_origins() {
        for (origin, host) in [
            ("http://localhost:5173", "localhost"),
            ("http://[::1]:3000", "::1"),
            ("https://shop.example", "shop.example"),
        ] {
            assert_eq!(host_of(origin), host);
        }
        assert!(is_private("192.168.1.5") && is_private("::1") && !is_private("192.0.2.1"));
        assert!(!is_loopback("localhost.evil.com"));
    }
}
