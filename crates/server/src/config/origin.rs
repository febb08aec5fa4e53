//! Web origins, spelt exactly as browsers send them: that is what makes comparing bytes enough.

use std::fmt;
use std::str::FromStr;

use doorstep_web::Origins;

/// `scheme://host[:port]`, lower case, without a default port, path or slash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

const FORM: &str = r#"an origin like "https://shop.example" or "http://localhost:5173""#;
/// The words of catalogue entry DS-03, as `doctor` and the docs have them.
const NO_WILDCARD: &str = r#"exact origins. DS-03 List exact origins; "*" cannot be used with cookies"#;

impl Origin {
    /// The origin of a page's address, as it is pasted.
    pub fn of_page(url: &str) -> Result<Self, String> {
        if url.contains('*') {
            return Err(NO_WILDCARD.to_owned());
        }
        canonical(url.trim()).map(Self).ok_or_else(|| FORM.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Whether the page travels over plain http from another machine, where anybody on the way may change it.
    pub fn is_insecure(&self) -> bool {
        let is_local = || Origins::new([], true).allows(&self.0);
        self.0.starts_with("http://") && !is_local()
    }
}

impl FromStr for Origin {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains('*') {
            return Err(NO_WILDCARD.to_owned());
        }
        let canonical = canonical(text).ok_or_else(|| FORM.to_owned())?;
        if canonical == text {
            return Ok(Self(canonical));
        }
        Err(format!(r#"the origin as browsers send it: "{canonical}""#))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The origin of a URL, the way a browser would write it; `None` when there is no doing so.
fn canonical(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let authority = rest.split(['/', '?', '#']).next()?.to_ascii_lowercase();
    let (host, port) = split_port(&authority)?;
    let known = scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b));
    let is_default = matches!((scheme.as_str(), port), ("http", Some(80)) | ("https", Some(443)) | (_, None));
    known.then(|| match port.filter(|_| !is_default) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let end = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    let (host, port) = match authority[end..].find(':') {
        Some(colon) => {
            let digits = &authority[end + colon + 1..];
            let only_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            (&authority[..end + colon], Some(digits.parse().ok().filter(|_| only_digits)?))
        }
        None => (authority, None),
    };
    is_host(host).then_some((host, port))
}

fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.strip_suffix(']').is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok());
    }
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_taken_exactly_as_browsers_send_them() {
        for good in [
            "https://shop.example",
            "http://localhost:5173",
            "http://[::1]:3000",
            "https://xn--bcher-kva.example",
            "capacitor://localhost",
        ] {
            assert_eq!(good.parse::<Origin>().unwrap().as_str(), good);
        }
    }

    #[test]
    fn near_misses_are_told_the_right_spelling() {
        for (typed, right) in [
            ("https://shop.example/", "https://shop.example"),
            ("https://Shop.Example", "https://shop.example"),
            ("https://shop.example:443", "https://shop.example"),
            ("http://shop.example:80/app?x#y", "http://shop.example"),
        ] {
            let refusal = typed.parse::<Origin>().unwrap_err();
            assert!(refusal.ends_with(&format!(r#""{right}""#)), "{typed}: {refusal}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for bad in [
            "",
            "null",
            "shop.example",
            "https://",
            "https://a b",
            "https://user@shop.example",
            "https://shop.example:x",
            "https://shop.example:99999",
            "https://bücher.example",
            "https://shop..example",
            "://shop.example",
            "https://[::1",
            "https://shop.example.",
        ] {
            assert_eq!(bad.parse::<Origin>(), Err(FORM.to_owned()), "{bad}");
        }
        assert!("*".parse::<Origin>().unwrap_err().contains("DS-03"));
        assert!("https://*.shop.example".parse::<Origin>().unwrap_err().contains("DS-03"));
    }

    #[test]
    fn plain_http_is_insecure_unless_it_stays_on_this_machine() {
        let is_insecure = |text: &str| text.parse::<Origin>().unwrap().is_insecure();
        assert!(is_insecure("http://shop.example") && is_insecure("http://localhost.evil.com"));
        assert!(!is_insecure("https://shop.example") && !is_insecure("http://localhost:5173"));
    }
}
