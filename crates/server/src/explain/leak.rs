//! Passwords in addresses (DS-39): histories and the logs of every proxy have them from then on.

use axum::http::{HeaderMap, Uri, header};
use doorstep_base::Cause;
use doorstep_web::Hint;

/// Names that fields for passwords have, in lower case and without style.
const NAMES: [&str; 9] = [
    "password",
    "passwd",
    "pwd",
    "pass",
    "currentpassword",
    "newpassword",
    "confirmpassword",
    "passwordconfirm",
    "passwordconfirmation",
];

/// Whether a request's address, or that of the page it came from, has a field for a password. Asked of every request:
/// most have neither a query nor a Referer with one.
pub fn is_in(uri: &Uri, headers: &HeaderMap) -> bool {
    uri.query().is_some_and(has_password)
        || headers.get(header::REFERER).is_some_and(|referer| referer_has(referer.as_bytes()))
}

pub fn hint(uri: &Uri) -> Hint {
    let place = if uri.query().is_some_and(has_password) {
        "the address of this request"
    } else {
        "the address of the page that sent this request"
    };
    Hint::new(
        Cause::PasswordInUrl,
        format!(
            "SECURITY: a password stands in {place}, and so in histories and in the logs on the way. Give the form method=\"post\" and an action; treat this password as known."
        ),
    )
}

fn referer_has(referer: &[u8]) -> bool {
    let query = referer.iter().position(|byte| *byte == b'?').map(|start| &referer[start + 1..]);
    query.and_then(|query| std::str::from_utf8(query).ok()).is_some_and(has_password)
}

/// An empty value is no password: a link may name the field.
fn has_password(query: &str) -> bool {
    query.split(['&', '#']).filter_map(|pair| pair.split_once('=')).any(|(name, value)| {
        let plain = || name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
        !value.is_empty() && name.len() <= 40 && NAMES.iter().any(|known| plain().eq(known.chars()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_for_passwords_are_found_by_their_name() {
        for found in ["password=x", "email=a&Password=x", "a=b&current_password=x#y", "new-password=x"] {
            assert!(has_password(found), "{found}");
        }
        for other in
            ["", "password", "password=", "passwordless=1", "q=password", "next=/reset", "xpassword=1"]
        {
            assert!(!has_password(other), "{other}");
        }
        assert!(
            referer_has(b"http://shop.example/signup?password=c4nary") && !referer_has(b"http://password=x/")
        );
    }

    #[test]
    fn the_password_is_not_told() {
        let hint = hint(&"/signup?password=c4nary".parse().unwrap());
        assert!(hint.text.contains("the address of this request") && !hint.text.contains("c4nary"));
    }
}
