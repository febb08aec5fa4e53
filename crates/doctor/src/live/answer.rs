//! What came back from a probe.

use std::time::Duration;

use http::HeaderMap;
use http::header::{AGE, CONTENT_TYPE, LOCATION, VARY};
use serde_json::Value;

/// An answer, with as much of its body as is looked at.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Method and address, as they are shown.
    pub asked: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub took: Duration,
}

impl Answer {
    /// The first header of this name, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub fn redirect(&self) -> Option<&str> {
        let is_redirect = matches!(self.status, 301 | 302 | 303 | 307 | 308);
        self.header(LOCATION.as_str()).filter(|_| is_redirect)
    }

    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok().filter(Value::is_object)
    }

    /// By its type or by its first letters: error pages of proxies often have the wrong type.
    pub fn is_page(&self) -> bool {
        let kind = self.header(CONTENT_TYPE.as_str()).unwrap_or_default().to_ascii_lowercase();
        let start =
            String::from_utf8_lossy(&self.body[..self.body.len().min(200)]).trim_start().to_lowercase();
        kind.starts_with("text/html") || start.starts_with("<!doctype html") || start.starts_with("<html")
    }

    /// The title of a web page.
    pub fn page_title(&self) -> Option<String> {
        let text = String::from_utf8_lossy(&self.body);
        let lower = text.to_ascii_lowercase();
        let open = lower.find("<title")?;
        let start = open + lower[open..].find('>')? + 1;
        let end = start + lower[start..].find('<')?;
        let title: String = text[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
        (!title.is_empty()).then(|| title.chars().take(100).collect())
    }

    /// Whether some cache says that it kept this answer.
    pub fn is_from_cache(&self) -> bool {
        let says_hit = |name| self.header(name).is_some_and(|text| text.to_ascii_lowercase().contains("hit"));
        self.header(AGE.as_str()).is_some()
            || [
                "x-cache",
                "cf-cache-status",
                "x-cache-status",
                "x-vercel-cache",
                "x-varnish-cache",
                "cache-status",
            ]
            .into_iter()
            .any(says_hit)
    }

    /// Whether caches are told that the answer depends on the page that asks.
    pub fn varies_by_origin(&self) -> bool {
        let values = self.headers.get_all(VARY).iter().filter_map(|value| value.to_str().ok());
        values
            .flat_map(|value| value.split(','))
            .any(|name| name.trim() == "*" || name.trim().eq_ignore_ascii_case("origin"))
    }

    /// Status and kind on one line: `404 with an empty body`.
    pub fn shown(&self) -> String {
        let status = self.status;
        if self.is_page() {
            return match self.page_title() {
                Some(title) => format!(r#"{status}, a web page "{title}""#),
                None => format!("{status}, a web page"),
            };
        }
        match self.header(CONTENT_TYPE.as_str()) {
            _ if self.body.is_empty() => format!("{status} with an empty body"),
            Some(kind) => format!("{status} with {kind}"),
            None => format!("{status} without a content type"),
        }
    }

    /// A header as it is shown in evidence.
    pub fn shown_header(&self, name: &str) -> String {
        let values: Vec<_> = self
            .headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        if values.is_empty() {
            format!("no {name}")
        } else {
            format!("{name}: {}", values.join(" and again "))
        }
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    NoConnection(super::dial::Unreached),
    /// Whoever listens there speaks no TLS, or its certificate is refused.
    NoTls(String),
    /// Connected, and then nothing, or no end.
    Late,
    /// Closed, or not HTTP.
    Broken(String),
}

impl NoAnswer {
    pub fn shown(&self) -> String {
        match self {
            Self::NoConnection(why) => why.shown().to_owned(),
            Self::NoTls(why) => format!("no TLS: {why}"),
            Self::Late => "no whole answer in time".to_owned(),
            Self::Broken(why) => why.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(&'static str, &'static str)], body: &str) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let took = Duration::ZERO;
        Answer { asked: String::new(), status: 200, headers: map, body: body.into(), took }
    }

    #[test]
    fn pages_are_known_by_their_type_or_their_first_letters() {
        let page = answer(&[], "\n <!DOCTYPE HTML><TITLE>\n 502  Bad \u{130} Gateway</title>");
        assert!(page.is_page());
        assert_eq!(page.page_title().as_deref(), Some("502 Bad \u{130} Gateway"));
        assert!(answer(&[("content-type", "text/html; charset=x")], "").is_page());
        assert!(!answer(&[], "{\"a\":1}").is_page());
        for odd in ["<title", "<title>", "<title>\u{ff}", "<html><title></title>"] {
            assert_eq!(answer(&[], odd).page_title(), None);
        }
    }

    #[test]
    fn caches_and_vary_are_read_in_every_spelling() {
        assert!(answer(&[("vary", "Accept-Encoding"), ("vary", "accept, ORIGIN")], "").varies_by_origin());
        assert!(!answer(&[("vary", "Origin-Agent")], "").varies_by_origin());
        assert!(answer(&[("cf-cache-status", "HIT")], "").is_from_cache());
        assert!(!answer(&[("x-cache", "MISS")], "").is_from_cache());
    }
}
