//! Where the API is said to be: what people paste, made into the base that a client kit takes.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use http::uri::Authority;

use super::places;

/// The `baseUrl` of the kits: scheme, host, port, and the path that stands before `/api`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub is_https: bool,
    /// Without the brackets of an IPv6 address.
    pub host: String,
    pub port: u16,
    /// Empty, or `/account`.
    pub base: String,
}

const FORM: &str = r#"give the address of the API, like "http://localhost:5000" or "https://shop.example""#;

impl Target {
    /// As browsers write it.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme(), self.authority())
    }

    pub const fn scheme(&self) -> &'static str {
        if self.is_https { "https" } else { "http" }
    }

    /// The Host header: the port only where it is not the usual one.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == usual_port(self.is_https) { host } else { format!("{host}:{}", self.port) }
    }

    /// The address of a path of the API.
    pub fn url(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin(), self.base)
    }

    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    pub fn is_this_machine(&self) -> bool {
        places::is_loopback(&self.host)
    }

    /// A page that another program of this machine serves, over plain http.
    pub fn page_at(&self, port: u16) -> String {
        Self { is_https: false, port, ..self.clone() }.origin()
    }

    /// The same with another host.
    #[must_use]
    pub fn on_host(&self, host: &str) -> Self {
        Self { host: host.to_owned(), ..self.clone() }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.base)
    }
}

impl FromStr for Target {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if matches!(text, "" | "undefined" | "null" | "/undefined") {
            return Err(format!(r#"DS-21 The base URL is "{text}": its variable is not set. {FORM}"#));
        }
        if text.starts_with('/') {
            return Err(format!("DS-23 A path has no host outside a browser: {FORM}"));
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, text),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (host, port) = host_and_port(authority).ok_or(FORM)?;
        let is_https = match scheme.as_deref() {
            Some("https") => true,
            Some("http") => false,
            Some(_) => return Err(FORM.to_owned()),
            None => port == Some(443) || (port.is_none() && !places::is_private(&host)),
        };
        let port = port.unwrap_or(usual_port(is_https));
        Ok(Self { is_https, host, port, base: base(path) })
    }
}

const fn usual_port(is_https: bool) -> u16 {
    if is_https { 443 } else { 80 }
}

fn host_and_port(authority: &str) -> Option<(String, Option<u16>)> {
    if authority.contains('@') || authority.ends_with(':') {
        return None;
    }
    let authority = if authority.is_ascii() {
        authority.to_owned()
    } else {
        // Browsers ask for the ASCII form of a name.
        let (name, port) = authority.split_once(':').unwrap_or((authority, ""));
        let port = if port.is_empty() { String::new() } else { format!(":{port}") };
        format!("{}{port}", idna::domain_to_ascii(name).ok()?)
    };
    let authority: Authority = authority.parse().ok()?;
    // What is no number of a port is as if there were none to its parser: it is a typo all the same.
    let port = match authority.as_str().strip_prefix(authority.host())? {
        "" => None,
        port => Some(port.strip_prefix(':')?.parse().ok().filter(|port| *port != 0)?),
    };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    let is_name = |host: &str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    (!host.is_empty() && (is_name(&host) || host.parse::<IpAddr>().is_ok())).then_some((host, port))
}

/// What stands before `/api`: people paste the address of a route as often as the base.
fn base(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.find("/api/").map_or(path, |at| &path[..at]);
    let path = path.trim_end_matches('/');
    path.strip_suffix("/api").unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_paste_becomes_the_base_of_the_api() {
        for (pasted, base) in [
            ("http://localhost:5000", "http://localhost:5000"),
            ("localhost:5000", "http://localhost:5000"),
            ("127.0.0.1", "http://127.0.0.1"),
            ("192.168.1.5:5000/", "http://192.168.1.5:5000"),
            ("[::1]:5000", "http://[::1]:5000"),
            ("shop.example", "https://shop.example"),
            ("HTTPS://Shop.Example:443/api/signup?x#y", "https://shop.example"),
            ("https://shop.example/account/", "https://shop.example/account"),
            ("https://shop.example/account/api", "https://shop.example/account"),
            ("https://b\u{fc}cher.example:8443", "https://xn--bcher-kva.example:8443"),
        ] {
            assert_eq!(pasted.parse::<Target>().unwrap().to_string(), base, "{pasted}");
        }
    }

    #[test]
    fn what_is_no_address_is_told_why() {
        for (pasted, told) in [
            ("", "DS-21"),
            ("undefined", "DS-21"),
            ("/account", "DS-23"),
            ("ftp://shop.example", "give the address"),
            ("https://", "give the address"),
            ("http://a b", "give the address"),
            ("http://user:secret@shop.example", "give the address"),
            ("http://shop.example:99999", "give the address"),
            ("http://shop.example:0", "give the address"),
            ("http://shop.example:", "give the address"),
            ("http://[::1", "give the address"),
        ] {
            let refusal = pasted.parse::<Target>().unwrap_err();
            assert!(refusal.contains(told) && !refusal.contains("secret"), "{pasted}: {refusal}");
        }
    }
}
