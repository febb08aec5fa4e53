//! Header lines. Whatever a value has in it, a line stays one: what is not plain is encoded (RFC 2047), and control
//! characters are gone before that.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::clean;

/// Lines are folded where they get longer (RFC 5322 §2.1.1).
const LONGEST_LINE: usize = 76;
/// An encoded word, with what stands around its letters (RFC 2047 §2).
const LONGEST_WORD: usize = 75;
const AROUND: usize = "=?utf-8?Q??=".len();

/// `Name: value`, folded at its spaces.
pub fn add(message: &mut String, name: &str, value: &str) {
    let mut width = name.len() + 1;
    message.push_str(name);
    message.push(':');
    for word in value.split(' ') {
        if width > name.len() + 1 && width + 1 + word.len() > LONGEST_LINE {
            message.push_str("\r\n");
            width = 0;
        }
        message.push(' ');
        message.push_str(word);
        width += 1 + word.len();
    }
    message.push_str("\r\n");
}

/// Unstructured text, as `Subject` has it. `indent` is what stands before it on its line.
pub fn text(indent: usize, text: &str) -> String {
    let text = clean::line(text);
    // A plain word that looks like an encoded one would be decoded, and a very long one cannot be folded.
    let is_plain = text.is_ascii() && !text.contains("=?") && text.split(' ').all(|word| word.len() < 70);
    if is_plain { text } else { words(indent + 2, &text) }
}

/// `Name <address>`
pub fn mailbox(name: Option<&str>, address: &str) -> String {
    let name = name.map(clean::line).filter(|name| !name.is_empty());
    let Some(name) = name else { return address.to_owned() };
    let is_atom = |sign: char| sign.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~ ".contains(sign);
    let name = if !name.is_ascii() || name.contains("=?") || name.len() > 60 {
        words("From: ".len(), &name)
    } else if name.chars().all(is_atom) {
        name
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    };
    format!("{name} <{address}>")
}

/// Encoded words with spaces between them, in the shorter of the two encodings. A character is never cut in two.
fn words(indent: usize, text: &str) -> String {
    let (quoted, binary) = (split(indent, text, Coding::Quoted), split(indent, text, Coding::Binary));
    if quoted.len() <= binary.len() { quoted } else { binary }
}

#[derive(Clone, Copy)]
enum Coding {
    Quoted,
    Binary,
}

fn split(indent: usize, text: &str, coding: Coding) -> String {
    let mut all: Vec<String> = Vec::new();
    let mut piece = String::new();
    let mut room = LONGEST_WORD.min(LONGEST_LINE.saturating_sub(indent)) - AROUND;
    for sign in text.chars() {
        piece.push(sign);
        if coded(&piece, coding).len() > room {
            piece.pop();
            all.push(word(&piece, coding));
            room = LONGEST_WORD - AROUND;
            piece = sign.to_string();
        }
    }
    all.push(word(&piece, coding));
    all.join(" ")
}

fn word(piece: &str, coding: Coding) -> String {
    let letter = if matches!(coding, Coding::Quoted) { 'Q' } else { 'B' };
    format!("=?utf-8?{letter}?{}?=", coded(piece, coding))
}

fn coded(piece: &str, coding: Coding) -> String {
    let quoted = |byte: u8| match byte {
        b' ' => "_".to_owned(),
        // What may stand in a phrase too (RFC 2047 §5).
        _ if byte.is_ascii_alphanumeric() || b"!*+-/".contains(&byte) => char::from(byte).to_string(),
        _ => format!("={byte:02X}"),
    };
    match coding {
        Coding::Quoted => piece.bytes().map(quoted).collect(),
        Coding::Binary => STANDARD.encode(piece),
    }
}
