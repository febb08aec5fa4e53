//! The device's cookie in a browser: like the session's in everything but what it opens, and how long it stays.

use axum::http::{HeaderMap, HeaderValue, header};
use doorstep_web::CookieName;

use super::token::LIFE;

/// `__Host-doorstep-device`: it is bound to the host wherever the session's is.
fn name(session: CookieName) -> String {
    session.beside("device")
}

/// What the request's device cookies say: all of them, so that planted ones beside the customer's own take nothing from it. Reading
/// one costs a hash, and the size of a head bounds how many there are.
pub fn read(session: CookieName, headers: &HeaderMap) -> Vec<String> {
    let name = name(session);
    let values = headers.get_all(header::COOKIE).into_iter().map(HeaderValue::as_bytes);
    let pairs = values.flat_map(|value| value.split(|byte| *byte == b';'));
    let ours = pairs.filter_map(|pair| {
        let (given, value) = std::str::from_utf8(pair).ok()?.split_once('=')?;
        // Browsers, and what binds a name to the host, know these spaces only.
        let trimmed = |text: &str| text.trim_matches([' ', '\t']).to_owned();
        (trimmed(given) == name).then(|| trimmed(value))
    });
    ours.collect()
}

/// Set-Cookie for a device's token.
pub fn set(session: CookieName, token: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(format!(
        "{}={token}; Max-Age={}{}",
        name(session),
        LIFE.as_secs(),
        session.attributes()
    ))
    .ok()
}

/// Set-Cookie that removes it, when the account is gone.
pub fn clear(session: CookieName) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("{}=; Max-Age=0{}", name(session), session.attributes())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bound_like_the_sessions_cookie_and_stays_longer() {
        assert_eq!(
            set(CookieName::HostBound, "x").unwrap(),
            "__Host-doorstep-device=x; Max-Age=34560000; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
        assert_eq!(
            set(CookieName::OfPort(5000), "x").unwrap(),
            "doorstep-5000-device=x; Max-Age=34560000; Path=/; HttpOnly; SameSite=Lax"
        );
    }

    #[test]
    fn planted_ones_are_read_beside_it() {
        let value =
            HeaderValue::from_static("a=b; doorstep-5000-device=x; doorstep-5000=s; doorstep-5000-device=y");
        let headers = HeaderMap::from_iter([(header::COOKIE, value)]);
        assert_eq!(read(CookieName::OfPort(5000), &headers), ["x", "y"]);
        assert!(read(CookieName::HostBound, &headers).is_empty());
        // A browser binds no name to the host that begins with such a space.
        let value = HeaderValue::from_bytes("a=b;\u{3000}__Host-doorstep-device=x".as_bytes()).unwrap();
        let headers = HeaderMap::from_iter([(header::COOKIE, value)]);
        assert!(read(CookieName::HostBound, &headers).is_empty());
    }
}
