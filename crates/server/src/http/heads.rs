//! Finds requests with more than one `Content-Length`. hyper refuses two that differ and drops the second of two equal
//! ones before anybody sees it, so the bytes themselves are looked at. Two are refused: whoever sends them tries what
//! another program on the way makes of it (RFC 9110, section 8.6).

/// As much of a line as decides: name and value of a length.
const KEPT: usize = 64;

/// Follows the bytes of one connection from head to head.
#[derive(Default)]
pub struct Heads {
    at: At,
    line: Line,
    head: Head,
    /// Heads that have ended.
    ended: u64,
}

#[derive(Default)]
enum At {
    #[default]
    Head,
    /// So much of a body is left.
    Body(u64),
    /// Nothing after this is read as a request: the connection is closed after a chunked body, and after a refusal.
    Over,
}

/// What matters of a head so far.
#[derive(Default)]
struct Head {
    has_line: bool,
    lengths: u32,
    length: u64,
    is_chunked: bool,
}

impl Heads {
    /// Takes what came in. The number of a head that has two lengths, counted from 1.
    pub fn find_doubled(&mut self, mut bytes: &[u8]) -> Option<u64> {
        while !bytes.is_empty() {
            match self.at {
                At::Over => return None,
                At::Body(left) => {
                    let skipped = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
                    bytes = &bytes[skipped..];
                    let left = left - skipped as u64;
                    self.at = if left == 0 { At::Head } else { At::Body(left) };
                }
                At::Head => {
                    let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
                    let (part, rest) = bytes.split_at(end);
                    bytes = rest;
                    self.line.push(part);
                    if part.ends_with(b"\n") && self.end_line() {
                        return Some(self.ended);
                    }
                }
            }
        }
        None
    }

    /// Whether a head with two lengths ended with this line.
    fn end_line(&mut self) -> bool {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.head.take(&line);
            return false;
        }
        let head = std::mem::take(&mut self.head);
        // Empty lines before a request are nothing.
        if !head.has_line {
            return false;
        }
        self.ended += 1;
        let is_doubled = head.lengths > 1;
        self.at = match head.length {
            _ if is_doubled || head.is_chunked => At::Over,
            0 => At::Head,
            length => At::Body(length),
        };
        is_doubled
    }
}

impl Head {
    fn take(&mut self, line: &Line) {
        self.has_line = true;
        let text = line.start();
        let Some(colon) = text.iter().position(|byte| *byte == b':') else { return };
        let (name, value) = (&text[..colon], text[colon + 1..].trim_ascii());
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.is_chunked = true;
        } else if name.eq_ignore_ascii_case(b"content-length") {
            self.lengths += 1;
            let digits = std::str::from_utf8(value).ok().and_then(|value| value.parse().ok());
            match digits.filter(|_| !line.is_cut()) {
                Some(length) => self.length = length,
                // Where the next head begins cannot be told: refused like two.
                None => self.lengths += 1,
            }
        }
    }
}

/// The beginning of a line, and how long it is.
struct Line {
    kept: [u8; KEPT],
    length: usize,
}

impl Default for Line {
    fn default() -> Self {
        Self { kept: [0; KEPT], length: 0 }
    }
}

impl Line {
    fn push(&mut self, part: &[u8]) {
        if let Some(room) = self.kept.get_mut(self.length..) {
            let count = room.len().min(part.len());
            room[..count].copy_from_slice(&part[..count]);
        }
        self.length += part.len();
    }

    fn start(&self) -> &[u8] {
        &self.kept[..self.length.min(KEPT)]
    }

    fn is_cut(&self) -> bool {
        self.length > KEPT
    }

    fn is_empty(&self) -> bool {
        matches!(self.start(), b"\n" | b"\r\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In pieces of each size: nothing may depend on how the bytes come in.
    fn doubled(text: &str) -> Option<u64> {
        let found: Vec<_> = [1, 2, 7, 100_000]
            .into_iter()
            .map(|size| {
                let mut heads = Heads::default();
                text.as_bytes().chunks(size).find_map(|piece| heads.find_doubled(piece))
            })
            .collect();
        assert!(found.iter().all(|number| *number == found[0]), "{text:?}: {found:?}");
        found[0]
    }

    #[test]
    fn two_lengths_are_found_in_whichever_request_of_a_connection() {
        let good = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n\r\n\r\n1";
        let bad = "POST / HTTP/1.1\r\ncontent-length: 5\r\nX: y\r\nCONTENT-LENGTH:5 \r\n\r\n12345";
        assert_eq!(doubled(good), None);
        assert_eq!(doubled(bad), Some(1));
        assert_eq!(doubled(&format!("{good}{good}\r\n\r\nGET / HTTP/1.1\nHost: x\n\n{bad}")), Some(4));
    }

    #[test]
    fn nothing_in_a_body_or_in_another_header_is_taken_for_a_length() {
        for text in [
            "POST / HTTP/1.1\r\nContent-Length: 40\r\n\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "POST / HTTP/1.1\r\nX-Content-Length: 1\r\nContent-Length: 1\r\n\r\n1",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        ] {
            assert_eq!(doubled(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_length_that_hides_where_the_next_head_begins_is_refused_too() {
        let padded = format!("POST / HTTP/1.1\r\nContent-Length:{}5\r\n\r\n12345", " ".repeat(200));
        assert_eq!(doubled(&padded), Some(1));
    }
}
