//! The id of the trace that a request is part of, as the caller says (W3C Trace Context, `traceparent`). It stands in the log line, and
//! nothing else depends on it: whoever calls may write what they like.

use std::fmt;

use axum::http::HeaderMap;

/// 32 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceId([u8; 32]);

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).unwrap_or_default())
    }
}

impl TraceId {
    /// `None` where there is none, several, or one of another form (§3.2.2: all zeros is none).
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let mut sent = headers.get_all("traceparent").iter();
        let (Some(value), None) = (sent.next(), sent.next()) else { return None };
        let mut parts = value.as_bytes().split(|byte| *byte == b'-');
        let (version, id, parent, _flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let is_hex = |part: &[u8]| part.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let is_whole =
            version.len() == 2 && parent.len() == 16 && [version, id, parent].into_iter().all(is_hex);
        let id: [u8; 32] = id.try_into().ok()?;
        (is_whole && version != b"ff" && id != [b'0'; 32]).then_some(Self(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(value: &str) -> Option<String> {
        let headers = [("traceparent".parse().unwrap(), value.parse().unwrap())].into_iter().collect();
        TraceId::of(&headers).map(|id| id.to_string())
    }

    #[test]
    fn the_id_is_taken_from_the_right_form_only() {
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(seen(&format!("00-{id}-00f067aa0ba902b7-01")).as_deref(), Some(id));
        assert_eq!(
            seen(&format!("cc-{id}-00f067aa0ba902b7-01-what-comes")).as_deref(),
            Some(id),
            "a later version"
        );
        for bad in [
            "",
            "00",
            &format!("00-{id}-00f067aa0ba902b7"),
            &format!("ff-{id}-00f067aa0ba902b7-01"),
            &format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            &format!("00-{}-00f067aa0ba902b7-01", id.to_uppercase()),
            &format!("00-{id}0-00f067aa0ba902b7-01"),
            "00-4bf92f35 customer=evil-00f067aa0ba902b7-01",
        ] {
            assert_eq!(seen(bad), None, "{bad}");
        }
    }
}
