//! Text from elsewhere, made fit for a terminal.

use std::borrow::Cow;

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

fn is_odd(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_write_to_the_terminal_by_itself() {
        assert_eq!(plain("\u{1b}[2Jred\r\nline\u{202e}"), "\\u{1b}[2Jred\\u{d}\\u{a}line\\u{202e}");
        assert_eq!(plain("Jos\u{e9} \u{4f60}"), "Jos\u{e9} \u{4f60}");
        assert_eq!(plain(&"x".repeat(10_000)).chars().count(), LONGEST + 1);
    }
}
