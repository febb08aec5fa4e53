//! Finds requests with more than one `Content-Length`, or with one beside a `Transfer-Encoding`, which hyper drops (RFC 9112,
//! section 6.1). hyper refuses two that differ and drops the second of two equal
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
    /// Something of the next head is there, empty lines before it included, but for the first.
    has_begun: bool,
    /// An empty line before the next head was passed over.
    has_passed: bool,
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
                    self.has_begun = true;
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

    /// How many heads have ended.
    pub const fn ended(&self) -> u64 {
        self.ended
    }

    /// In the middle of a head.
    pub const fn is_inside(&self) -> bool {
        matches!(self.at, At::Head) && self.has_begun
    }

    /// Whether a head with two lengths ended with this line.
    fn end_line(&mut self) -> bool {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.head.take(&line);
            return false;
        }
        let head = std::mem::take(&mut self.head);
        if !head.has_line {
            // One is nothing: some clients end a body with it (RFC 9112, section 2.2). More would keep a connection for ever.
            self.has_begun = std::mem::replace(&mut self.has_passed, true);
            return false;
        }
        self.ended += 1;
        (self.has_begun, self.has_passed) = (false, false);
        let is_doubled = head.lengths > 1 || (head.is_chunked && head.lengths > 0);
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
    fn it_knows_how_many_heads_are_there_and_whether_one_is_half_there() {
        let mut heads = Heads::default();
        let mut at = |text: &str| {
            heads.find_doubled(text.as_bytes());
            (heads.is_inside(), heads.ended())
        };
        assert_eq!(at(""), (false, 0));
        assert_eq!(at("P"), (true, 0));
        assert_eq!(at("OST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n12"), (false, 1));
        assert_eq!(at("3"), (false, 1));
        assert_eq!(at("\r"), (true, 1));
        assert_eq!(at("\n"), (false, 1), "an empty line after a body is nothing");
        assert_eq!(at("\r\n"), (true, 1), "a second one is a part of the next head");
        assert_eq!(at("GET / HTTP/1.1\r\n\r\n"), (false, 2));
        assert_eq!(at("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), (false, 3));
    }

    #[test]
    fn a_length_beside_a_transfer_encoding_is_refused_like_two() {
        for text in [
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n",
        ] {
            assert_eq!(doubled(text), Some(1));
        }
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
