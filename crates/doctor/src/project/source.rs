//! One file of the project: its text, the same without comments, and where in it something stands.

use std::ffi::OsStr;
use std::fmt::Write;
use std::ops::Range;
use std::path::PathBuf;

use super::mask::{self, Language};
use crate::Edit;

pub struct Source {
    /// From the scanned folder on.
    pub path: PathBuf,
    pub text: String,
    /// `text` with comments blanked: every offset is the same.
    pub code: String,
    /// `code` with the contents of strings blanked too: braces and words in here are code.
    pub bare: String,
    /// Whether writing the text back would give the same bytes.
    pub is_editable: bool,
    full: PathBuf,
}

impl Source {
    /// Bytes as text. What is no text has none; a doubtful encoding is read, never written.
    pub fn decode(path: PathBuf, full: PathBuf, bytes: &[u8]) -> Option<Self> {
        let (text, is_editable) = match bytes {
            [0xff, 0xfe, rest @ ..] => (utf16(rest, u16::from_le_bytes), false),
            [0xfe, 0xff, rest @ ..] => (utf16(rest, u16::from_be_bytes), false),
            _ if bytes.contains(&0) => return None,
            _ => match std::str::from_utf8(bytes) {
                Ok(text) => (text.to_owned(), true),
                Err(_) => (String::from_utf8_lossy(bytes).into_owned(), false),
            },
        };
        let (code, bare) = mask::blank(&text, language_of(&path));
        Some(Self { path, text, code, bare, is_editable, full })
    }

    pub fn line(&self, at: usize) -> usize {
        self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
    }

    /// `src/Login.tsx:12`.
    pub fn place(&self, at: usize) -> String {
        format!("{}:{}", shown(&self.path), self.line(at))
    }

    /// `src/Login.tsx:12  <form onSubmit={save}>`: the place and its line, cut to a readable length.
    pub fn quote(&self, at: usize) -> String {
        let line = self.text.lines().nth(self.line(at) - 1).unwrap_or_default();
        format!("{}  {}", self.place(at), readable(line.trim(), 100))
    }

    /// The file with one piece replaced.
    pub fn replace(&self, piece: Range<usize>, with: &str) -> Option<Edit> {
        let mut after = self.text.clone();
        if !self.is_editable || !after.is_char_boundary(piece.start) || !after.is_char_boundary(piece.end) {
            return None;
        }
        after.replace_range(piece, with);
        Some(Edit { path: self.full.clone(), before: self.text.clone(), after })
    }

    pub fn insert(&self, at: usize, what: &str) -> Option<Edit> {
        self.replace(at..at, what)
    }

    /// How this file ends its lines.
    pub fn newline(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// The white space before what stands at `at`, and where its line begins.
    pub fn indentation(&self, at: usize) -> (usize, &str) {
        let begin = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line = &self.text[begin..at];
        (begin, &line[..line.len() - line.trim_start().len()])
    }
}

/// A path with `/` between its parts, and nothing in it that a terminal obeys.
pub fn shown(path: &std::path::Path) -> String {
    readable(&path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"), 300)
}

/// Text from a stranger's file, safe to print.
pub fn readable(text: &str, most: usize) -> String {
    let mut shown = String::new();
    for (count, letter) in text.chars().enumerate() {
        if count == most {
            shown.push('…');
            break;
        }
        match letter {
            '\t' => shown.push(' '),
            _ if is_unprintable(letter) => {
                // Writing to a string cannot fail.
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(letter));
            }
            _ => shown.push(letter),
        }
    }
    shown
}

/// Control characters, and the marks that turn the direction of a line.
fn is_unprintable(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn language_of(path: &std::path::Path) -> Language {
    match path.extension().and_then(OsStr::to_str) {
        Some("js" | "jsx" | "ts" | "tsx" | "mjs" | "cjs" | "mts" | "cts") => Language::Script,
        Some("dart") => Language::Dart,
        Some("html" | "xml" | "plist" | "entitlements") => Language::Markup,
        _ => Language::Other,
    }
}
