//! What strangers wrote, as it may stand in a mail.

use doorstep_base::{is_unseen, refused_sign};

/// Longer names are cut by mail programs, or are a message of their own.
const LONGEST_NAME: usize = 64;

/// One line without signs that nobody sees or that turn the direction of what follows. Line breaks become a space, so that
/// no header can be begun.
pub fn line(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut behind = None;
    for sign in text.chars() {
        let sign = if matches!(sign, '\r' | '\n' | '\t' | '\u{2028}' | '\u{2029}') { ' ' } else { sign };
        // A joiner belongs to names where its script has it: what may stand there is base's to say.
        let is_kept = !is_unseen(sign) || behind.is_some_and(|before| belongs(before, sign));
        if is_kept && !(sign == ' ' && clean.ends_with(' ')) {
            clean.push(sign);
            behind = Some(sign);
        }
    }
    clean.trim().to_owned()
}

fn belongs(before: char, sign: char) -> bool {
    refused_sign(&String::from_iter([before, sign])).is_none()
}

/// A customer's name for a greeting. A sign-up form sends a mail to an address that nobody has proven, so a "name" like
/// `Win at evil.example` would make the shop send a stranger's advertisement: such a name is not greeted by.
pub fn name(text: &str) -> Option<String> {
    let name = line(text);
    let is_short = name.chars().count() <= LONGEST_NAME;
    (is_short && !name.is_empty() && !looks_like_a_link(&name)).then_some(name)
}

/// Mail programs make links of what looks like one.
fn looks_like_a_link(text: &str) -> bool {
    let signs: Vec<char> = text.chars().collect();
    let is_domain = |[before, dot, behind]: [char; 3]| {
        matches!(dot, '.' | '。' | '．' | '｡') && before.is_alphanumeric() && behind.is_alphanumeric()
    };
    text.contains(['/', '\\', '@', ':', '<', '>', '＠', '／', '：'])
        || signs.array_windows().any(|window: &[char; 3]| is_domain(*window))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line_and_reads_as_it_is_written() {
        for (text, clean) in [
            ("Ada\r\nBcc: all@example.com", "Ada Bcc: all@example.com"),
            ("a\u{202e}b\u{2066}c\u{200b}d\u{0}e", "abcde"),
            ("  Ada \t\n Lovelace ", "Ada Lovelace"),
            ("one\u{2028}two\u{85}three", "one twothree"),
            ("علی\u{200c}رضا", "علی\u{200c}رضا"),
            ("A\u{200c}da", "Ada"),
            ("Zoë O’Brien", "Zoë O’Brien"),
        ] {
            assert_eq!(line(text), clean, "{text:?}");
        }
    }

    #[test]
    fn an_advertisement_is_no_name() {
        for text in [
            "Win at evil.example",
            "http://evil",
            "WWW.EVIL.COM",
            "a@b",
            "t.me/evil",
            "evil。example",
            "",
            " \u{202e}",
        ] {
            assert_eq!(name(text), None, "{text:?}");
        }
        assert_eq!(name(&"a".repeat(65)), None);
        for text in ["Ada", "J. R. R. Tolkien", "Dr. Müller-Lüdenscheidt, Jr.", "أمل", "日本 太郎"] {
            assert_eq!(name(text).as_deref(), Some(text));
        }
    }
}
