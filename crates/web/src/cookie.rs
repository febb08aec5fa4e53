//! The session cookie: RFC 6265bis attributes, one name, no second opinion.

use axum::http::{HeaderMap, HeaderValue, header};

const PLAIN: &str = "doorstep";
/// The prefix makes browsers insist on Secure, Path=/ and no Domain: no sibling host can plant one.
const HOST_BOUND: &str = "__Host-doorstep";

/// Which of the two names this server uses: the bound one wherever its address is https.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieName {
    Plain,
    HostBound,
}

/// What a request's Cookie headers say of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CookieJar<'a> {
    Absent,
    Present(&'a str),
    /// Two session cookies: which is the customer's own cannot be told, so neither is used.
    Several,
}

impl CookieName {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => PLAIN,
            Self::HostBound => HOST_BOUND,
        }
    }

    /// Reads all Cookie headers (HTTP/2 proxies split them). A cookie of the other name counts too: two at once are
    /// refused. Bytes, not text: another program's cookie need not be ASCII.
    pub fn read(self, headers: &HeaderMap) -> CookieJar<'_> {
        let mut found = CookieJar::Absent;
        let values = headers.get_all(header::COOKIE).into_iter().map(HeaderValue::as_bytes);
        for pair in values.flat_map(|value| value.split(|byte| *byte == b';')) {
            let Some(equals) = pair.iter().position(|byte| *byte == b'=') else { continue };
            let (name, value) = (pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii());
            if name != PLAIN.as_bytes() && name != HOST_BOUND.as_bytes() {
                continue;
            }
            if found != CookieJar::Absent {
                return CookieJar::Several;
            }
            let is_ours = name == self.as_str().as_bytes();
            found =
                CookieJar::Present(std::str::from_utf8(value).ok().filter(|_| is_ours).unwrap_or_default());
        }
        found
    }

    /// Set-Cookie for a new session.
    pub fn set(self, value: &str, max_age_seconds: u64) -> Option<HeaderValue> {
        HeaderValue::try_from(format!(
            "{}={value}; Max-Age={max_age_seconds}{}",
            self.as_str(),
            self.attributes()
        ))
        .ok()
    }

    /// A cookie like the session's in everything but what it opens: whether it comes back shows whether sessions do.
    pub const fn probe(self) -> &'static str {
        match self {
            Self::Plain => "doorstep-echo",
            Self::HostBound => "__Host-doorstep-echo",
        }
    }

    /// Set-Cookie for [`CookieName::probe`].
    pub fn set_probe(self) -> Option<HeaderValue> {
        HeaderValue::try_from(format!("{}=1; Max-Age=60{}", self.probe(), self.attributes())).ok()
    }

    /// Set-Cookie that removes it.
    pub fn clear(self) -> Option<HeaderValue> {
        HeaderValue::try_from(format!("{}=; Max-Age=0{}", self.as_str(), self.attributes())).ok()
    }

    const fn attributes(self) -> &'static str {
        match self {
            Self::Plain => "; Path=/; HttpOnly; SameSite=Lax",
            Self::HostBound => "; Path=/; Secure; HttpOnly; SameSite=Lax",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        values.iter().map(|v| (header::COOKIE, HeaderValue::from_str(v).unwrap())).collect()
    }

    #[test]
    fn exactly_one_session_cookie_is_used() {
        let name = CookieName::Plain;
        assert_eq!(name.read(&headers(&["a=b; doorstep=x; c=d"])), CookieJar::Present("x"));
        assert_eq!(name.read(&headers(&["a=b", "c=d"])), CookieJar::Absent);
        let foreign = HeaderValue::from_bytes("city=M\u{fc}nchen; doorstep=x".as_bytes()).unwrap();
        assert_eq!(name.read(&HeaderMap::from_iter([(header::COOKIE, foreign)])), CookieJar::Present("x"));
        for twice in [
            &["doorstep=x; doorstep=y"][..],
            &["doorstep=x", "doorstep=x"],
            &["doorstep=x; __Host-doorstep=y"],
        ] {
            assert_eq!(name.read(&headers(twice)), CookieJar::Several, "{twice:?}");
        }
    }

    #[test]
    fn a_cookie_of_the_other_name_is_no_session() {
        assert_eq!(CookieName::HostBound.read(&headers(&["doorstep=x"])), CookieJar::Present(""));
    }

    #[test]
    fn removal_repeats_the_attributes() {
        assert_eq!(
            CookieName::HostBound.clear().unwrap(),
            "__Host-doorstep=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
    }
}
