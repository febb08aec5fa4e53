//! Where a page of events ends: the time and the id of its last row. It names no customer, because each reads only what is
//! the customer's own.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_base::{AuditId, Code, Timestamp};
use doorstep_web::ApiError;

use crate::Account;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub at: Timestamp,
    pub id: AuditId,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.at.as_millis().to_be_bytes()[..], self.id.as_bytes()].concat();
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let bytes: [u8; 24] = URL_SAFE_NO_PAD.decode(text).map_err(drop)?.try_into().map_err(drop)?;
        let (at, id) = bytes.split_first_chunk::<8>().ok_or(())?;
        let at = Timestamp::from_millis(i64::from_be_bytes(*at));
        Ok(Self { at, id: AuditId::from_bytes(id.try_into().map_err(drop)?) })
    }
}

/// The `before` of a query, if it has one.
pub struct Before(pub Option<Cursor>);

impl FromRequestParts<Arc<Account>> for Before {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Account>) -> Result<Self, ApiError> {
        // Nothing in a cursor needs to be decoded.
        let query = parts.uri.query().unwrap_or_default();
        let mut named = query.split('&').filter_map(|pair| pair.strip_prefix("before="));
        match (named.next().map(str::parse), named.next()) {
            (None, _) => Ok(Self(None)),
            (Some(Ok(cursor)), None) => Ok(Self(Some(cursor))),
            _ => Err(ApiError::new(Code::MalformedRequest)
                .detail("before: send `next` of the former page as it came, once. The first page has none.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        for at in [i64::MIN, -1, 0, 1_800_000_000_000, i64::MAX] {
            let cursor = Cursor { at: Timestamp::from_millis(at), id: AuditId::from_bytes([255; 16]) };
            let text = cursor.to_string();
            assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{text}");
            assert_eq!(text.parse(), Ok(cursor));
        }
        for broken in ["", "x", "null", &"A".repeat(31), &"A".repeat(33), &"+".repeat(32)] {
            assert_eq!(broken.parse::<Cursor>(), Err(()), "{broken}");
        }
    }
}
