//! Text from elsewhere, made fit for a terminal.

use std::borrow::Cow;
use std::fmt::Write;

/// As much of one line as is shown.
const LONGEST: usize = 400;

/// One line without control characters (they move the cursor and paint) and without those that turn the direction of
/// writing, each shown as its number.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST && !text.chars().any(is_odd) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    for (place, character) in text.chars().enumerate() {
        if place == LONGEST {
            shown.push('…');
            break;
        }
        if is_odd(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// The same for a text of several lines, of which nothing is left out.
pub fn lines(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        if is_odd(character) && !matches!(character, '\n' | '\t') {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// JSON that means the same, and can be printed as it is: JSON itself leaves some of these characters alone.
pub fn json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_odd(character) && character != '\n' {
            // All of them are below U+10000: one unit each.
            let _ = write!(shown, "\\u{:04x}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

fn is_odd(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_write_to_the_terminal_by_itself() {
        assert_eq!(plain("\u{1b}[2Jred\r\nline\u{202e}"), "\\u{1b}[2Jred\\u{d}\\u{a}line\\u{202e}");
        assert_eq!(plain("Jos\u{e9} \u{4f60}"), "Jos\u{e9} \u{4f60}");
        assert_eq!(plain(&"x".repeat(10_000)).chars().count(), LONGEST + 1);
        assert_eq!(lines("+a\u{1b}[2J\r\n-\tb\u{9b}\n"), "+a\\u{1b}[2J\n-\tb\\u{9b}\n");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let text = "a\u{9b}31m\u{202e}\u{1b}\u{e9}";
        let shown = json(&serde_json::json!([text]).to_string());
        assert!(!shown.contains(['\u{9b}', '\u{202e}', '\u{1b}']), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap()[0], text);
    }
}
