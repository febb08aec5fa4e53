//! The relaxed form (RFC 6376 §3.4): what mail servers change on the way changes nothing here.

/// A header as it stands in the message, without the line break at its end.
pub struct Header<'m> {
    name: &'m [u8],
    value: &'m [u8],
}

impl Header<'_> {
    pub fn is(&self, name: &str) -> bool {
        self.name.trim_ascii_end().eq_ignore_ascii_case(name.as_bytes())
    }
}

/// Headers and body. A message without an empty line is all headers.
pub fn split(message: &[u8]) -> (&[u8], &[u8]) {
    let end = message.windows(4).position(|window| window == b"\r\n\r\n");
    let Some((head, rest)) = end.and_then(|end| message.split_at_checked(end + 2)) else {
        return (message, b"");
    };
    (head, rest.get(2..).unwrap_or_default())
}

/// Each header with its folded lines.
pub fn headers(head: &[u8]) -> Vec<Header<'_>> {
    let mut headers = Vec::new();
    let mut rest = head;
    while !rest.is_empty() {
        let end = end_of_header(rest);
        let (line, behind) = rest.split_at(end);
        let mut halves = line.splitn(2, |byte| *byte == b':');
        if let (Some(name), Some(value)) = (halves.next(), halves.next()) {
            headers.push(Header { name, value });
        }
        rest = behind;
    }
    headers
}

/// Behind the line break after which no blank stands.
fn end_of_header(text: &[u8]) -> usize {
    let is_end = |window: &[u8]| window.starts_with(b"\r\n") && !matches!(window.last(), Some(b' ' | b'\t'));
    text.windows(3).position(is_end).map_or(text.len(), |at| at + 2)
}

/// What the signature is made of: the named headers, each name taking the last of its kind that was not taken yet, and
/// the signature's own header without its value.
pub fn signed(headers: &[Header<'_>], names: &[&str], unsigned: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut taken = vec![false; headers.len()];
    for name in names {
        let mut all = headers.iter().zip(taken.iter_mut()).rev();
        if let Some((header, is_taken)) = all.find(|(header, is_taken)| !**is_taken && header.is(name)) {
            *is_taken = true;
            relaxed(&mut out, name, header.value);
            out.extend_from_slice(b"\r\n");
        }
    }
    relaxed(&mut out, "dkim-signature", unsigned.as_bytes());
    out
}

/// The name in lower case, line breaks gone, one space for each run of blanks, none at the ends.
fn relaxed(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend_from_slice(name.to_ascii_lowercase().as_bytes());
    out.push(b':');
    let words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    for (place, word) in words.enumerate() {
        if place > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}

/// Blanks at the ends of lines and empty lines at the end are gone; runs of blanks are one space.
pub fn body(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for line in body.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut is_blank = false;
        for byte in line.trim_ascii_end() {
            let blank = matches!(byte, b' ' | b'\t');
            if !blank {
                out.push(*byte);
            } else if !is_blank {
                out.push(b' ');
            }
            is_blank = blank;
        }
        out.extend_from_slice(b"\r\n");
    }
    while out.ends_with(b"\r\n\r\n") {
        out.truncate(out.len() - 2);
    }
    if out == b"\r\n" { Vec::new() } else { out }
}
