//! A web address in a setting, as far as the doctor compares them.

use std::fmt;
use std::net::Ipv4Addr;

use http::Uri;

#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub is_https: bool,
    pub host: String,
    pub port: u16,
    pub path: String,
}

impl Address {
    /// Of an absolute `http` or `https` address.
    pub fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.trim().parse().ok()?;
        let is_https = match uri.scheme_str()?.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        Some(Self { is_https, host: uri.host()?.to_ascii_lowercase(), port, path: uri.path().to_owned() })
    }

    /// Whether it is this very machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.host.as_str();
        host == "localhost" || host == "[::1]" || host.parse().is_ok_and(|ip: Ipv4Addr| ip.is_loopback())
    }

    /// Whether it is in a network that only people inside reach.
    pub fn is_private(&self) -> bool {
        const INSIDE: &[&str] = &["local", "localhost", "internal", "test", "lan"];
        let ip: Option<Ipv4Addr> = self.host.parse().ok();
        self.is_loopback()
            || ip.is_some_and(|ip| ip.is_private() || ip.is_link_local() || ip.is_unspecified())
            || self.host.rsplit('.').next().is_some_and(|end| INSIDE.contains(&end))
            || !self.host.contains('.')
    }
}

/// Its origin: nothing else of it is shown, so a password in it is not either.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_https { "https" } else { "http" };
        let usual = if self.is_https { 443 } else { 80 };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port == usual { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}
