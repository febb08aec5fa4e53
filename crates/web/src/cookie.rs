//! The session cookie: RFC 6265bis attributes, one name, no second opinion.

use std::fmt;

use axum::http::{HeaderMap, HeaderValue, header};

/// Of so many cookies of one name at most the server looks one up: a page that plants more pays for itself.
const MOST_TRIED: usize = 8;

/// What the cookies of this server are called. All of them have their names from here: the session's, and those beside it.
///
/// A cookie of any other name is none of ours. Where browsers hold cookies to a host there is no plain name that a sibling
/// host could plant, and where they do not, another server's is not taken for this one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieName {
    /// Wherever the address is https. The prefix makes browsers insist on Secure, Path=/ and no Domain.
    HostBound,
    /// Cookies do not know ports: all servers of one machine share a jar, and each finds its own by the port of its address.
    OfPort(u16),
}

impl CookieName {
    /// By the address under which customers reach the server: every node of a shop has the same.
    pub fn of(public_url: &str) -> Self {
        let Some(authority) = public_url.strip_prefix("http://") else { return Self::HostBound };
        let authority = authority.split('/').next().unwrap_or_default();
        // The brackets of an IPv6 address hold colons too.
        let port = authority.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        Self::OfPort(port.unwrap_or(80))
    }

    pub fn is_host_bound(self) -> bool {
        self == Self::HostBound
    }

    /// Every value of the session cookie, in the order of the request; one that comes twice is told once. Mostly there is one:
    /// several are what another path or another page has planted. Reads all Cookie headers (HTTP/2 proxies split them), as bytes:
    /// another program's cookie need not be text.
    pub fn read(self, headers: &HeaderMap) -> Vec<&str> {
        let name = self.to_string();
        let mut found = Vec::new();
        let values = headers.get_all(header::COOKIE).into_iter().map(HeaderValue::as_bytes);
        for pair in values.flat_map(|value| value.split(|byte| *byte == b';')) {
            let Some(equals) = pair.iter().position(|byte| *byte == b'=') else { continue };
            if pair[..equals].trim_ascii() != name.as_bytes() {
                continue;
            }
            let value = std::str::from_utf8(pair[equals + 1..].trim_ascii()).unwrap_or_default();
            if !value.is_empty() && !found.contains(&value) && found.len() < MOST_TRIED {
                found.push(value);
            }
        }
        found
    }

    /// Whether the request has the session cookie, whatever its value.
    pub fn is_in(self, headers: &HeaderMap) -> bool {
        let name = self.to_string();
        headers.get_all(header::COOKIE).iter().any(|value| {
            let mut names = value
                .as_bytes()
                .split(|byte| *byte == b';')
                .filter_map(|pair| pair.split(|b| *b == b'=').next());
            names.any(|found| found.trim_ascii() == name.as_bytes())
        })
    }

    /// Set-Cookie for a new session.
    pub fn set(self, value: &str, max_age_seconds: u64) -> Option<HeaderValue> {
        HeaderValue::try_from(format!("{self}={value}; Max-Age={max_age_seconds}{}", self.attributes())).ok()
    }

    /// The name of another cookie of this server, as `doorstep-5000-echo`.
    pub fn beside(self, what: &str) -> String {
        format!("{self}-{what}")
    }

    /// A cookie like the session's in everything but what it opens: whether it comes back shows whether sessions do.
    pub fn probe(self) -> String {
        self.beside("echo")
    }

    /// Set-Cookie for [`CookieName::probe`].
    pub fn set_probe(self) -> Option<HeaderValue> {
        HeaderValue::try_from(format!("{}=1; Max-Age=60{}", self.probe(), self.attributes())).ok()
    }

    /// Set-Cookie that removes the session's, and nothing else.
    pub fn clear(self) -> Option<HeaderValue> {
        HeaderValue::try_from(format!("{self}=; Max-Age=0{}", self.attributes())).ok()
    }

    /// What every cookie of this server is set with.
    pub const fn attributes(self) -> &'static str {
        match self {
            Self::OfPort(_) => "; Path=/; HttpOnly; SameSite=Lax",
            Self::HostBound => "; Path=/; Secure; HttpOnly; SameSite=Lax",
        }
    }
}

/// The session cookie's name.
impl fmt::Display for CookieName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HostBound => f.write_str("__Host-doorstep"),
            Self::OfPort(port) => write!(f, "doorstep-{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEV: CookieName = CookieName::OfPort(5000);

    fn headers(values: &[&str]) -> HeaderMap {
        values.iter().map(|v| (header::COOKIE, HeaderValue::from_bytes(v.as_bytes()).unwrap())).collect()
    }

    #[test]
    fn the_name_is_that_of_the_address() {
        for (url, name) in [
            ("https://api.shop.com", "__Host-doorstep"),
            ("https://localhost:8443", "__Host-doorstep"),
            ("http://localhost:5000", "doorstep-5000"),
            ("http://[::1]:5001", "doorstep-5001"),
            ("http://[::1]", "doorstep-80"),
            ("http://shop.test", "doorstep-80"),
            ("http://shop.test/", "doorstep-80"),
        ] {
            assert_eq!(CookieName::of(url).to_string(), name, "{url}");
        }
    }

    #[test]
    fn only_cookies_of_this_name_are_read() {
        for (given, found) in [
            (&["a=b; doorstep-5000=x; c=d"][..], &["x"][..]),
            (&["a=b", "c=d"], &[]),
            (&["city=M\u{fc}nchen; doorstep-5000=x"], &["x"]),
            (
                &["doorstep=a; doorstep-5001=b; doorstep-50000=c; __Host-doorstep=d; doorstep-5000-echo=1"],
                &[],
            ),
            (&["doorstep-5000=; doorstep-5000"], &[]),
            (&["doorstep-5000=x; doorstep-5000=y", "doorstep-5000=z; doorstep-5000=x"], &["x", "y", "z"]),
        ] {
            assert_eq!(DEV.read(&headers(given)), found, "{given:?}");
            assert_eq!(DEV.is_in(&headers(given)), given[0].contains("doorstep-5000="), "{given:?}");
        }
    }

    #[test]
    fn where_cookies_are_bound_to_the_host_there_is_no_other_name() {
        let planted = headers(&["doorstep=x; doorstep-443=y; __host-doorstep=z"]);
        assert_eq!(CookieName::HostBound.read(&planted), [""; 0]);
        let both = headers(&["doorstep=x; __Host-doorstep=own"]);
        assert_eq!(CookieName::HostBound.read(&both), ["own"]);
    }

    #[test]
    fn a_jar_full_of_them_costs_no_more_than_a_few() {
        let many = (0..500).map(|n| format!("doorstep-5000={n}")).collect::<Vec<_>>().join("; ");
        assert_eq!(DEV.read(&headers(&[&many])).len(), MOST_TRIED);
    }

    #[test]
    fn removal_repeats_the_attributes() {
        assert_eq!(
            CookieName::HostBound.clear().unwrap(),
            "__Host-doorstep=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
        assert_eq!(DEV.clear().unwrap(), "doorstep-5000=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
    }
}
