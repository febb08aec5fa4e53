//! Which charset a body has that is not UTF-8, as far as its bytes tell: to say so, not to read it.

use std::fmt;

/// What .NET, PowerShell and Notepad write before UTF-8. It means nothing there and is passed over.
const MARK: &[u8] = b"\xef\xbb\xbf";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    Utf16,
    /// Latin-1, Windows-1252 and the like: a byte for each letter.
    OneByte,
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf16 => "UTF-16",
            Self::OneByte => "Latin-1, Windows-1252 or another charset with one byte for each letter",
        })
    }
}

pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(MARK).unwrap_or(bytes)
}

/// `None` for UTF-8, which RFC 8259 §8.1 demands.
pub fn foreign(bytes: &[u8]) -> Option<Charset> {
    let first = bytes.get(..2).unwrap_or_default();
    // JSON begins with ASCII: in UTF-16 one of its two bytes is zero.
    if matches!(first, [0xff, 0xfe] | [0xfe, 0xff] | [0, _] | [_, 0]) {
        return Some(Charset::Utf16);
    }
    std::str::from_utf8(bytes).is_err().then_some(Charset::OneByte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charset_is_known_by_its_bytes() {
        let utf16: Vec<u8> = "{\"a\": 1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "{\"a\": 1}".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, expected) in [
            (&utf16[..], Some(Charset::Utf16)),
            (&big, Some(Charset::Utf16)),
            (b"\xff\xfe{\0", Some(Charset::Utf16)),
            (b"{\"name\": \"Jos\xe9\"}", Some(Charset::OneByte)),
            ("{\"name\": \"José\"}".as_bytes(), None),
            (b"", None),
        ] {
            assert_eq!(foreign(bytes), expected, "{bytes:?}");
        }
    }
}
