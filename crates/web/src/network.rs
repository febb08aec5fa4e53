//! The networks that a client comes from. Whoever rents one rents many beside it: each is counted, the wider ones with more room.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How wide a network is that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// What [`crate::Client::network`] says: an IPv4 address, or the IPv6 /64 of one household's one network.
    Own,
    /// IPv6 /56: what a household may get whole.
    Wider,
    /// IPv6 /48, which costs nothing at some hosters, or IPv4 /24, the smallest that is routed.
    Widest,
}

/// The networks around `network`, the narrowest first. One that is no network counts for itself.
pub fn around(network: &str) -> Vec<(String, Width)> {
    let mut around = vec![(network.to_owned(), Width::Own)];
    let address = network.split_once('/').map_or(network, |(address, _)| address);
    match address.parse() {
        Ok(IpAddr::V4(ip)) => {
            let [a, b, c, _] = ip.octets();
            around.push((format!("{}/24", Ipv4Addr::new(a, b, c, 0)), Width::Widest));
        }
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            let prefix = |d| Ipv6Addr::from([a, b, c, d, 0, 0, 0, 0]);
            around.push((format!("{}/56", prefix(d & 0xff00)), Width::Wider));
            around.push((format!("{}/48", prefix(0)), Width::Widest));
        }
        Err(_) => {}
    }
    around
}

/// Their names.
pub fn networks_around(network: &str) -> Vec<String> {
    around(network).into_iter().map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_network_stands_with_those_around_it() {
        for (network, expected) in [
            ("192.0.2.77", &["192.0.2.77", "192.0.2.0/24"][..]),
            ("2001:db8:1:2ff::/64", &["2001:db8:1:2ff::/64", "2001:db8:1:200::/56", "2001:db8:1::/48"]),
            ("", &[""]),
        ] {
            let names: Vec<String> = around(network).into_iter().map(|(name, _)| name).collect();
            assert_eq!(names, expected);
        }
    }
}
