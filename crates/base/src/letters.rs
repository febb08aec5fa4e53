//! Which signs a name, an address or any other text of a customer may have: the one policy for all of them.
//!
//! What people can see is theirs. What nobody can see forges what a person reads in a mail or a list, and is refused by
//! its name. Two kinds of invisible signs belong to the spelling of real names, and stand where their script has them:
//! the joiners (Persian, Malayalam, Sinhala, Bengali …) behind a letter or a mark, and the selectors of a form (Japanese
//! family names, emoji) behind the sign whose form they select.

use std::fmt;
use std::ops::RangeInclusive;

use unicode_normalization::char::is_combining_mark;

const JOINERS: RangeInclusive<char> = '\u{200c}'..='\u{200d}';

/// Scripts that have joined or conjunct letters: Arabic and its kin, those of South and South-East Asia, Mongolian.
const JOINING: [RangeInclusive<char>; 13] = [
    '\u{600}'..='\u{dff}',
    '\u{f00}'..='\u{109f}',
    '\u{1700}'..='\u{18af}',
    '\u{1a00}'..='\u{1cff}',
    '\u{a800}'..='\u{a8ff}',
    '\u{a980}'..='\u{aaff}',
    '\u{abc0}'..='\u{abff}',
    '\u{fb50}'..='\u{fdff}',
    '\u{fe70}'..='\u{fefc}',
    '\u{10a00}'..='\u{10fff}',
    '\u{11000}'..='\u{11fff}',
    '\u{16100}'..='\u{1613f}',
    '\u{1e900}'..='\u{1e95f}',
];

const IDEOGRAPHS: [RangeInclusive<char>; 4] =
    ['\u{3005}'..='\u{3007}', '\u{3400}'..='\u{9fff}', '\u{f900}'..='\u{faff}', '\u{20000}'..='\u{3ffff}'];

/// Invisible signs that people meet, by their name in Unicode.
const NAMES: [(char, &str); 28] = [
    ('\t', "TAB"),
    ('\n', "LINE FEED"),
    ('\r', "CARRIAGE RETURN"),
    ('\u{ad}', "SOFT HYPHEN"),
    ('\u{34f}', "COMBINING GRAPHEME JOINER"),
    ('\u{61c}', "ARABIC LETTER MARK"),
    ('\u{200b}', "ZERO WIDTH SPACE"),
    ('\u{200c}', "ZERO WIDTH NON-JOINER"),
    ('\u{200d}', "ZERO WIDTH JOINER"),
    ('\u{200e}', "LEFT-TO-RIGHT MARK"),
    ('\u{200f}', "RIGHT-TO-LEFT MARK"),
    ('\u{2028}', "LINE SEPARATOR"),
    ('\u{2029}', "PARAGRAPH SEPARATOR"),
    ('\u{202a}', "LEFT-TO-RIGHT EMBEDDING"),
    ('\u{202b}', "RIGHT-TO-LEFT EMBEDDING"),
    ('\u{202c}', "POP DIRECTIONAL FORMATTING"),
    ('\u{202d}', "LEFT-TO-RIGHT OVERRIDE"),
    ('\u{202e}', "RIGHT-TO-LEFT OVERRIDE"),
    ('\u{2060}', "WORD JOINER"),
    ('\u{2066}', "LEFT-TO-RIGHT ISOLATE"),
    ('\u{2067}', "RIGHT-TO-LEFT ISOLATE"),
    ('\u{2068}', "FIRST STRONG ISOLATE"),
    ('\u{2069}', "POP DIRECTIONAL ISOLATE"),
    ('\u{2800}', "BRAILLE PATTERN BLANK"),
    ('\u{3164}', "HANGUL FILLER"),
    ('\u{fe0f}', "VARIATION SELECTOR-16"),
    ('\u{feff}', "BYTE ORDER MARK"),
    ('\u{fffc}', "OBJECT REPLACEMENT CHARACTER"),
];

/// A sign that may not stand where it stands. It is shown by its number and name, never as itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedSign(char);

impl fmt::Display for RefusedSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "U+{:04X}", u32::from(self.0))?;
        match NAMES.iter().find(|(sign, _)| *sign == self.0) {
            Some((_, name)) => write!(f, " {name}"),
            None => Ok(()),
        }
    }
}

/// The first sign of a text that may not stand there.
pub fn refused_sign(text: &str) -> Option<RefusedSign> {
    let mut before = None;
    for c in text.chars() {
        if is_unseen(c) && !before.is_some_and(|before| belongs_behind(c, before)) {
            return Some(RefusedSign(c));
        }
        before = Some(c);
    }
    None
}

/// The first sign of a text that nobody sees, wherever it stands.
pub fn unseen_sign(text: &str) -> Option<RefusedSign> {
    text.chars().find(|c| is_unseen(*c)).map(RefusedSign)
}

fn belongs_behind(c: char, before: char) -> bool {
    let is_in = |ranges: &[RangeInclusive<char>]| ranges.iter().any(|range| range.contains(&before));
    match c {
        _ if JOINERS.contains(&c) => is_in(&JOINING) && is_letter_or_mark(before),
        '\u{180b}'..='\u{180d}' | '\u{180f}' => ('\u{1820}'..='\u{18aa}').contains(&before),
        // A keycap is a digit with a selector; other letters have no forms but in these scripts.
        '\u{fe00}'..='\u{fe0f}' => {
            let is_symbol = !before.is_alphanumeric() && !before.is_ascii() && !before.is_whitespace();
            let has_forms = is_in(&IDEOGRAPHS) || is_in(&JOINING) || is_symbol || is_keycap(before);
            has_forms && !is_unseen(before)
        }
        '\u{e0100}'..='\u{e01ef}' => is_in(&IDEOGRAPHS),
        _ => false,
    }
}

fn is_letter_or_mark(c: char) -> bool {
    !is_unseen(c) && (c.is_alphabetic() || is_combining_mark(c))
}

fn is_keycap(c: char) -> bool {
    c.is_ascii_digit() || c == '#' || c == '*'
}

/// Whether a character has no sign of its own, or changes how those around it are read: control characters, what turns the
/// direction of a line, what is invisible. Nothing that a stranger wrote is shown with one.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}' | '\u{13430}'..='\u{13455}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joiners_stand_behind_the_letters_of_scripts_that_have_them() {
        for name in [
            "علی\u{200c}رضا",              // Persian
            "ශ්\u{200d}රී ලංකා",              // Sinhala
            "അനില്\u{200d}",                // Malayalam, older spelling: ends in one
            "র\u{200d}্যাব",                 // Bengali
            "क\u{94d}\u{200d}ष",           // Hindi
            "葛\u{e0100}城",               // a Japanese family name with its own form
            "❤\u{fe0f} 1\u{fe0f}\u{20e3}", // emoji
            "\u{182d}\u{180b}",            // Mongolian
            "O’Brien-Ñuñez, Jr. (Zürich) ا א 日本 🦀",
        ] {
            assert_eq!(refused_sign(name), None, "{name:?}");
        }
    }

    #[test]
    fn what_nobody_sees_is_refused_by_its_name() {
        for (text, sign) in [
            ("\u{200d}", "U+200D ZERO WIDTH JOINER"),
            ("A\u{200c}da", "U+200C ZERO WIDTH NON-JOINER"),
            ("علی \u{200c}رضا", "U+200C ZERO WIDTH NON-JOINER"),
            ("علی\u{200c}\u{200c}رضا", "U+200C ZERO WIDTH NON-JOINER"),
            ("۱\u{200d}", "U+200D ZERO WIDTH JOINER"),
            ("\u{202e}adA", "U+202E RIGHT-TO-LEFT OVERRIDE"),
            ("A\u{2066}da", "U+2066 LEFT-TO-RIGHT ISOLATE"),
            ("A\u{200b}da", "U+200B ZERO WIDTH SPACE"),
            ("A\u{ad}da", "U+00AD SOFT HYPHEN"),
            ("\u{3164}", "U+3164 HANGUL FILLER"),
            ("Ada\u{fe0f}", "U+FE0F VARIATION SELECTOR-16"),
            ("Ada\u{e0100}", "U+E0100"),
            ("A\u{e0041}", "U+E0041"),
            ("A\u{0}", "U+0000"),
            ("A\nB", "U+000A LINE FEED"),
        ] {
            assert_eq!(refused_sign(text).map(|sign| sign.to_string()).as_deref(), Some(sign), "{text:?}");
        }
    }

    #[test]
    fn what_hides_text_is_seen() {
        for c in "Firefox/1 (Zürich; 日本; ‘q’ – €) 🦀 ا א".chars() {
            assert!(!is_unseen(c), "{c:?}");
        }
        for c in [
            '\0',
            '\n',
            '\u{1b}',
            '\u{7f}',
            '\u{9b}',
            '\u{202e}',
            '\u{2066}',
            '\u{200b}',
            '\u{61c}',
            '\u{e0041}',
        ] {
            assert!(is_unseen(c), "{c:?}");
        }
    }
}
