//! A message taken apart, as far as ours are made: multipart, quoted-printable and base64, UTF-8.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Parts inside parts: ours go two deep.
const DEEPEST: usize = 5;

#[derive(Default)]
pub struct Message {
    pub subject: String,
    pub text: Option<String>,
    pub html: Option<String>,
}

pub fn read(raw: &[u8]) -> Message {
    let raw = String::from_utf8_lossy(raw).replace("\r\n", "\n");
    let mut message = Message::default();
    let (head, _) = halves(&raw);
    message.subject = words(&header(head, "subject").unwrap_or_default());
    part(&mut message, &raw, 0);
    message
}

fn part(message: &mut Message, raw: &str, depth: usize) {
    let (head, body) = halves(raw);
    let about = header(head, "content-type").unwrap_or_default();
    let form = about.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if form.starts_with("multipart/") && depth < DEEPEST {
        let Some(boundary) = parameter(&about, "boundary") else { return };
        let opening = format!("--{boundary}");
        let body = format!("\n{body}");
        // What stands before the first and behind the last is no part.
        for inner in body.split(&format!("\n{opening}")).skip(1).take_while(|inner| !inner.starts_with("--"))
        {
            part(
                message,
                inner.trim_start_matches([' ', '\t']).strip_prefix('\n').unwrap_or(inner),
                depth + 1,
            );
        }
        return;
    }
    let coding = header(head, "content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
    let bytes = match coding.trim() {
        "quoted-printable" => quoted(&body.replace("=\n", "")),
        "base64" => STANDARD.decode(body.split_whitespace().collect::<String>()).unwrap_or_default(),
        _ => body.as_bytes().to_vec(),
    };
    let place = match form.as_str() {
        "text/plain" | "" => &mut message.text,
        "text/html" => &mut message.html,
        _ => return,
    };
    place.get_or_insert_with(|| String::from_utf8_lossy(&bytes).into_owned());
}

fn halves(raw: &str) -> (&str, &str) {
    if let Some(body) = raw.strip_prefix('\n') {
        return ("", body);
    }
    raw.split_once("\n\n").unwrap_or((raw, ""))
}

/// The value of a header, its folded lines in one.
fn header(head: &str, name: &str) -> Option<String> {
    let head = head.replace("\n ", " ").replace("\n\t", " ");
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(known, _)| known.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
}

fn parameter(value: &str, name: &str) -> Option<String> {
    let mut pairs = value.split(';').skip(1).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(known, _)| known.trim().eq_ignore_ascii_case(name))?;
    Some(value.trim().trim_matches('"').to_owned())
}

/// `=C3=A9` as bytes.
fn quoted(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('=') {
        out.extend_from_slice(before.as_bytes());
        match behind.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                out.push(b'=');
                rest = behind;
            }
        }
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

/// Encoded words as text (RFC 2047). Blanks between two of them count for nothing.
fn words(value: &str) -> String {
    let mut out: Vec<u8> = Vec::new();
    let mut was_encoded = false;
    for word in value.split_whitespace() {
        let decoded = encoded(word);
        let is_joined = was_encoded && decoded.is_some();
        if !out.is_empty() && !is_joined {
            out.push(b' ');
        }
        was_encoded = decoded.is_some();
        out.extend(decoded.unwrap_or_else(|| word.as_bytes().to_vec()));
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn encoded(word: &str) -> Option<Vec<u8>> {
    let mut fields = word.strip_prefix("=?")?.strip_suffix("?=")?.splitn(3, '?');
    let (_, coding, text) = (fields.next()?, fields.next()?, fields.next()?);
    match coding {
        "Q" | "q" => Some(quoted(&text.replace('_', " "))),
        "B" | "b" => STANDARD.decode(text).ok(),
        _ => None,
    }
}
