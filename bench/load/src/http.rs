//! As much of HTTP/1.1 as the answers of the servers under test use.

/// A complete answer at the start of a buffer.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub retry_after: bool,
    /// Head and body, in bytes.
    pub length: usize,
}

/// `None` until the whole answer has arrived. The generator shares the cores with the server: it looks at no byte twice.
pub fn parse(bytes: &[u8]) -> Option<Answer> {
    let head = memchr::memmem::find(bytes, b"\r\n\r\n")? + 4;
    let status = std::str::from_utf8(bytes.get(9..12)?).ok()?.parse().ok()?;
    let mut body = 0;
    let mut retry_after = false;
    for end in memchr::memchr_iter(b'\n', &bytes[..head - 2]) {
        let line = &bytes[end + 1..head];
        match line.first().map(u8::to_ascii_lowercase) {
            Some(b'c') => {
                if let Some(value) = value_of(line, b"content-length:") {
                    body = value
                        .trim_ascii_start()
                        .iter()
                        .take_while(|b| b.is_ascii_digit())
                        .fold(0, |n, b| n * 10 + usize::from(b - b'0'));
                }
            }
            Some(b'r') => retry_after |= value_of(line, b"retry-after:").is_some(),
            _ => {}
        }
    }
    let length = head + body;
    (bytes.len() >= length).then_some(Answer { status, retry_after, length })
}

fn value_of<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (start, value) = line.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_complete_with_its_last_byte() {
        let whole = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(parse(&whole[..whole.len() - 1]), None);
        assert_eq!(parse(whole), Some(Answer { status: 503, retry_after: true, length: whole.len() }));
    }

    #[test]
    fn an_answer_without_a_body_ends_with_its_head() {
        let head = b"HTTP/1.1 204 No Content\r\n\r\n";
        assert_eq!(parse(head), Some(Answer { status: 204, retry_after: false, length: head.len() }));
    }
}
