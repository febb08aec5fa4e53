//! Who asks: the peer's address, or what a trusted proxy says of it.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};
use doorstep_base::is_unseen;

use crate::config::Network;

const FORWARDED_FOR: &str = "x-forwarded-for";
/// A chain longer than this is nobody's real one.
const MOST_HOPS: usize = 32;
const MOST_DEVICE: usize = 200;

/// Whether a peer may name the client.
pub fn is_trusted(peer: IpAddr, trusted: &[Network]) -> bool {
    trusted.iter().any(|network| network.0.contains(&peer.to_canonical()))
}

/// The client's address. `X-Forwarded-For` counts only hop by hop from a trusted peer on: everything to the left
/// of the first hop that is not ours is what the client itself may have written.
pub fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let mut nearest = peer.to_canonical();
    if !is_trusted(nearest, trusted) {
        return nearest;
    }
    let lines = headers.get_all(FORWARDED_FOR).into_iter().collect::<Vec<_>>();
    let hops = lines.into_iter().rev().flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    for hop in hops.take(MOST_HOPS) {
        // What cannot be read was not written by our proxy: the last hop that could be stands.
        let Some(ip) = read(hop) else { break };
        nearest = ip;
        if !is_trusted(ip, trusted) {
            break;
        }
    }
    nearest
}

/// `1.2.3.4`, `1.2.3.4:5`, `2001:db8::1` or `[2001:db8::1]:5`.
fn read(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?.trim();
    let bare = text.parse::<IpAddr>().ok();
    let ip = bare.or_else(|| text.parse::<std::net::SocketAddr>().map(|address| address.ip()).ok());
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<IpAddr>().ok();
    ip.or_else(bracketed).map(|ip| ip.to_canonical())
}

/// What limits count by: an IPv4 address, or the /64 that one IPv6 customer has whole.
pub fn network(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            let prefix = std::net::Ipv6Addr::from([a, b, c, d, 0, 0, 0, 0]);
            format!("{prefix}/64")
        }
    }
}

/// The User-Agent as a customer may read it in the list of devices: printable and short.
pub fn device(headers: &HeaderMap) -> Option<String> {
    let bytes = headers.get(header::USER_AGENT)?.as_bytes();
    let text: String = String::from_utf8_lossy(bytes)
        .chars()
        .filter(|c| !is_unseen(*c) && *c != char::REPLACEMENT_CHARACTER)
        .take(MOST_DEVICE)
        .collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn seen(peer: &str, lines: &[&str], trusted: &[&str]) -> String {
        let headers = lines
            .iter()
            .map(|line| (FORWARDED_FOR.parse().unwrap(), HeaderValue::from_bytes(line.as_bytes()).unwrap()));
        let trusted: Vec<Network> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        address(peer.parse().unwrap(), &headers.collect(), &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_name_the_client() {
        let lb = &["10.0.0.0/8"][..];
        for (peer, lines, trusted, client) in [
            ("203.0.113.9", &["1.2.3.4"][..], lb, "203.0.113.9"),
            ("10.0.0.1", &["1.2.3.4"], &[], "10.0.0.1"),
            ("10.0.0.1", &[], lb, "10.0.0.1"),
            ("10.0.0.1", &["1.2.3.4"], lb, "1.2.3.4"),
            ("10.0.0.1", &["6.6.6.6, 1.2.3.4"], lb, "1.2.3.4"),
            ("10.0.0.1", &["6.6.6.6, 1.2.3.4, 10.0.0.2"], lb, "1.2.3.4"),
            ("10.0.0.1", &["6.6.6.6", "1.2.3.4,10.0.0.2"], lb, "1.2.3.4"),
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], lb, "10.0.0.3"),
            ("::ffff:10.0.0.1", &["1.2.3.4"], lb, "1.2.3.4"),
            ("10.0.0.1", &["::ffff:1.2.3.4"], lb, "1.2.3.4"),
            ("10.0.0.1", &["1.2.3.4:1234"], lb, "1.2.3.4"),
            ("10.0.0.1", &["[2001:db8::1]:443"], lb, "2001:db8::1"),
            ("10.0.0.1", &["[2001:db8::1]"], lb, "2001:db8::1"),
            ("2001:db8::ff", &["192.0.2.7"], &["2001:db8::/32"], "192.0.2.7"),
        ] {
            assert_eq!(seen(peer, lines, trusted), client, "{peer} {lines:?} {trusted:?}");
        }
    }

    #[test]
    fn garbled_chains_never_move_the_client_further_than_the_last_readable_hop() {
        let lb = &["10.0.0.0/8"][..];
        for garbage in [
            "",
            ",",
            "unknown",
            "1.2.3.4.5",
            "<script>",
            "1.2.3.4;",
            "0x7f.1",
            "127.1",
            "é",
            "[::1",
            "::1]",
            "1.2.3.4:99999",
        ] {
            assert_eq!(seen("10.0.0.1", &[garbage], lb), "10.0.0.1", "{garbage}");
            assert_eq!(
                seen("10.0.0.1", &[&format!("9.9.9.9,{garbage},10.0.0.2")], lb),
                "10.0.0.2",
                "{garbage}"
            );
        }
        let endless = "10.0.0.7,".repeat(10_000) + "10.0.0.8";
        assert_eq!(seen("10.0.0.1", &[&endless], lb), "10.0.0.7");
    }

    #[test]
    fn a_network_is_one_address_or_a_64() {
        for (ip, text) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::1", "::/64"),
        ] {
            assert_eq!(network(ip.parse().unwrap()), text);
        }
    }

    #[test]
    fn devices_are_short_and_printable() {
        let of = |value: &[u8]| {
            device(&[(header::USER_AGENT, HeaderValue::from_bytes(value).unwrap())].into_iter().collect())
        };
        assert_eq!(of(b"curl/8"), Some("curl/8".to_owned()));
        assert_eq!(of(b" \xff\x80 "), None);
        let turned = "Phone \u{202e}gnitset\u{2066}\u{200b}\u{ad}/1\u{e0041} \u{202c}";
        assert_eq!(of(turned.as_bytes()), Some("Phone gnitset/1".to_owned()));
        assert_eq!(of(&[b'a'; 5000]).unwrap().len(), MOST_DEVICE);
    }
}
