//! The parts of a message: text and HTML as quoted-printable, the logo as base64.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{Letterhead, Rendered};

const LONGEST_LINE: usize = 76;

/// The headers of the content, an empty line and the parts. None: a logo of an unknown form.
pub fn whole(rendered: &Rendered, id: &str, letterhead: &Letterhead) -> Option<String> {
    // No line of quoted-printable or base64 can have =_ in it.
    let (outer, inner) = (format!("=_a_{id}"), format!("=_r_{id}"));
    let (plain, html) = (text("plain", &rendered.text), text("html", &rendered.html));
    let html = match &letterhead.logo {
        None => html,
        Some(logo) => {
            let picture = format!(
                "Content-Type: {}\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <{}>\r\n\
                 Content-Disposition: inline\r\n\r\n{}",
                logo.media_type()?,
                letterhead.logo_id(),
                binary(&logo.bytes)
            );
            format!("{}{}", kind("related; type=\"text/html\"", &inner), parts(&inner, [html, picture]))
        }
    };
    // What readers prefer comes last (RFC 2046 §5.1.4).
    Some(format!("{}{}", kind("alternative", &outer), parts(&outer, [plain, html])))
}

fn kind(form: &str, boundary: &str) -> String {
    format!("Content-Type: multipart/{form};\r\n boundary=\"{boundary}\"\r\n\r\n")
}

fn parts(boundary: &str, parts: [String; 2]) -> String {
    let parts = parts.map(|part| format!("--{boundary}\r\n{part}"));
    format!("{}--{boundary}--\r\n", parts.concat())
}

fn text(form: &str, text: &str) -> String {
    let mut part = format!(
        "Content-Type: text/{form}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    );
    for line in text.lines() {
        quoted(&mut part, line);
    }
    part
}

/// One line of text as lines of quoted-printable (RFC 2045 §6.7).
fn quoted(message: &mut String, line: &str) {
    let mut width = 0;
    let mut bytes = line.bytes().enumerate().peekable();
    while let Some((place, byte)) = bytes.next() {
        let is_last = bytes.peek().is_none();
        // A blank at the end is lost on the way; "From " at the start, or a stop alone, means something on the way.
        let is_fragile = (byte == b' ' && is_last)
            || (place == 0 && byte == b'F' && line.starts_with("From "))
            || (width == 0 && byte == b'.');
        let is_plain = (b' '..=b'~').contains(&byte) && byte != b'=' && !is_fragile;
        let needed = if is_plain { 1 } else { 3 };
        if width + needed > LONGEST_LINE - 1 {
            message.push_str("=\r\n");
            width = 0;
        }
        width += needed;
        if is_plain {
            message.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(message, "={byte:02X}");
        }
    }
    message.push_str("\r\n");
}

fn binary(bytes: &[u8]) -> String {
    // As many bytes as make one line.
    let lines = bytes.chunks(LONGEST_LINE / 4 * 3).map(|line| STANDARD.encode(line) + "\r\n");
    lines.collect()
}
