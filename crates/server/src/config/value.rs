//! The values that a setting may have beyond plain text and numbers. Each refusal shows the right form.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use axum::http::HeaderName;
use ipnet::{IpNet, Ipv4Net};

/// `"10s"`: a whole number and a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

const SPAN_FORM: &str = r#"a duration like "500ms", "10s", "5m", "12h" or "30d""#;

impl FromStr for Span {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (number, unit) = number_and_unit(text).ok_or(SPAN_FORM)?;
        let millis: u64 = match unit {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(SPAN_FORM.to_owned()),
        };
        let total = number.checked_mul(millis).filter(|total| *total > 0).ok_or(SPAN_FORM)?;
        Ok(Self(Duration::from_millis(total)))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        let (size, unit) = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")]
            .into_iter()
            .find(|(size, _)| millis.is_multiple_of(*size))
            .unwrap_or((1, "ms"));
        write!(f, "{}{unit}", millis / size)
    }
}

/// The name of a header, in small letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderText(pub HeaderName);

impl FromStr for HeaderText {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let name = HeaderName::try_from(text).ok().filter(|name| name.as_str() == text);
        name.map(Self)
            .ok_or_else(|| r#"the name of a header in small letters, like "x-client-version""#.to_owned())
    }
}

impl fmt::Display for HeaderText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

/// `"64KiB"`: bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub usize);

const SIZE_FORM: &str = r#"a size like "512B", "64KiB" or "1MiB""#;

impl FromStr for Size {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (number, unit) = number_and_unit(text).ok_or(SIZE_FORM)?;
        let bytes: u64 = match unit {
            "B" => 1,
            "KiB" => 1024,
            "MiB" => 1024 * 1024,
            _ => return Err(SIZE_FORM.to_owned()),
        };
        let total = number.checked_mul(bytes).and_then(|total| usize::try_from(total).ok());
        total.map(Self).ok_or_else(|| SIZE_FORM.to_owned())
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes > 0 && bytes.is_multiple_of(1024 * 1024) => {
                write!(f, "{}MiB", bytes / (1024 * 1024))
            }
            bytes if bytes > 0 && bytes.is_multiple_of(1024) => write!(f, "{}KiB", bytes / 1024),
            bytes => write!(f, "{bytes}B"),
        }
    }
}

/// `"10 in 10m"`: how many within which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub count: u32,
    pub window: Duration,
}

const LIMIT_FORM: &str = r#"a limit like "10 in 10m""#;

impl FromStr for Limit {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (count, window) = text.split_once(" in ").ok_or(LIMIT_FORM)?;
        let count = digits(count).and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0).ok_or(LIMIT_FORM)?;
        let Span(window) = window.parse().map_err(|_| LIMIT_FORM)?;
        Ok(Self { count, window })
    }
}

/// `HOST:PORT`, resolved only when it is bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    pub host: String,
    pub port: u16,
}

impl FromStr for Listen {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        const FORM: &str = r#"an address like "localhost:5000", "0.0.0.0:5000" or "[::1]:5000""#;
        let (host, port) = text.rsplit_once(':').ok_or(FORM)?;
        let port = digits(port).and_then(|n| u16::try_from(n).ok()).ok_or(FORM)?;
        let host = match host.strip_prefix('[').map(|rest| rest.strip_suffix(']')) {
            Some(Some(inner)) if inner.parse::<std::net::Ipv6Addr>().is_ok() => inner,
            None if !host.is_empty() && !host.contains([':', '/', ' ', '@']) => host,
            _ => return Err(FORM.to_owned()),
        };
        Ok(Self { host: host.to_owned(), port })
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

/// One network of proxies, `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(pub IpNet);

impl Network {
    /// Every address of its family.
    pub fn is_everything(&self) -> bool {
        self.0.prefix_len() == 0
    }
}

impl FromStr for Network {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let net = text.parse::<IpNet>();
        net.or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
            .map(|net| Self(unmapped(net.trunc())))
            .map_err(|_| r#"networks like "10.0.0.0/8" or addresses like "192.0.2.1""#.to_owned())
    }
}

/// Clients that come by IPv4 are compared as such, also where the socket writes `::ffff:192.0.2.1`.
fn unmapped(net: IpNet) -> IpNet {
    let IpNet::V6(mapped) = net else { return net };
    let length = mapped.prefix_len().checked_sub(96);
    let inner = length.zip(mapped.network().to_ipv4_mapped());
    inner.and_then(|(length, address)| Ipv4Net::new(address, length).ok()).map_or(net, IpNet::V4)
}

/// Digits only: no sign, no blank, no underscore.
fn digits(text: &str) -> Option<u64> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    Some((digits(&text[..end])?, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_a_number_and_a_unit() {
        for (text, millis) in
            [("1ms", 1), ("10s", 10_000), ("5m", 300_000), ("12h", 43_200_000), ("30d", 2_592_000_000)]
        {
            assert_eq!(text.parse::<Span>(), Ok(Span(Duration::from_millis(millis))), "{text}");
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        for bad in [
            "",
            "10",
            "s",
            "0s",
            "-1s",
            "+1s",
            "1.5s",
            "10 s",
            "10S",
            "10min",
            "1_0s",
            "99999999999999999999d",
            "٣s",
        ] {
            assert_eq!(bad.parse::<Span>(), Err(SPAN_FORM.to_owned()), "{bad}");
        }
    }

    #[test]
    fn sizes_are_a_number_and_a_binary_unit() {
        for (text, bytes) in [("512B", 512), ("64KiB", 65_536), ("1MiB", 1_048_576), ("0B", 0)] {
            assert_eq!(text.parse::<Size>(), Ok(Size(bytes)), "{text}");
            assert_eq!(text.parse::<Size>().unwrap().to_string(), text);
        }
        for bad in ["", "64", "64K", "64KB", "64 KiB", "-1B", "99999999999999999999MiB", "1GiB"] {
            assert_eq!(bad.parse::<Size>(), Err(SIZE_FORM.to_owned()), "{bad}");
        }
    }

    #[test]
    fn limits_are_a_count_in_a_duration() {
        assert_eq!("10 in 10m".parse(), Ok(Limit { count: 10, window: Duration::from_secs(600) }));
        for bad in [
            "",
            "10",
            "10/10m",
            "0 in 10m",
            "10 in 0m",
            "-1 in 1m",
            "10 in",
            "10  in 10m",
            "5000000000 in 1m",
        ] {
            assert_eq!(bad.parse::<Limit>(), Err(LIMIT_FORM.to_owned()), "{bad}");
        }
    }

    #[test]
    fn an_address_is_a_host_and_a_port() {
        for (text, host, port) in
            [("localhost:5000", "localhost", 5000), ("[::1]:0", "::1", 0), ("0.0.0.0:80", "0.0.0.0", 80)]
        {
            assert_eq!(text.parse(), Ok(Listen { host: host.to_owned(), port }), "{text}");
        }
        for bad in [
            "",
            "localhost",
            ":5000",
            "localhost:",
            "localhost:70000",
            "::1:5000",
            "[::1:5000",
            "[x]:1",
            "http://a:1",
            "a b:1",
        ] {
            assert!(bad.parse::<Listen>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_bare_address_is_a_network_of_one() {
        assert_eq!("192.0.2.1".parse::<Network>().unwrap().0.to_string(), "192.0.2.1/32");
        assert_eq!("10.1.2.3/8".parse::<Network>().unwrap().0.to_string(), "10.0.0.0/8");
        assert_eq!("::ffff:203.0.113.0/120".parse::<Network>().unwrap().0.to_string(), "203.0.113.0/24");
        assert_eq!("::/0".parse::<Network>().unwrap().0.to_string(), "::/0");
        assert!("10.0.0.0/33".parse::<Network>().is_err());
    }
}
