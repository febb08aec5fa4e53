//! The shapes of small texts: each function gives the form that is stored, or `None`.

/// A phone number with country code, reduced to `+` and 7 to 15 digits (E.164).
pub fn phone(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '/')).collect();
    let digits = compact.strip_prefix('+').or_else(|| compact.strip_prefix("00"))?;
    let fits = (7..=15).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0');
    fits.then(|| format!("+{digits}"))
}

/// A language tag (the common part of BCP 47): language, then subtags of 2 to 8 letters or digits.
pub fn locale(text: &str) -> Option<String> {
    let mut subtags = text.split('-');
    let language = subtags.next()?;
    let is_language = (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic());
    let rest_fits =
        subtags.all(|tag| (2..=8).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric()));
    (is_language && rest_fits && text.len() <= 35).then(|| text.to_owned())
}

/// Two letters (the shape of ISO 3166-1 alpha-2), upper case.
pub fn country(text: &str) -> Option<String> {
    (text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic())).then(|| text.to_ascii_uppercase())
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
    fn what_is_read_as_written_is_seen() {
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

    #[test]
    fn phones_are_stored_in_one_form() {
        assert_eq!(phone("+49 (30) 901-820").as_deref(), Some("+4930901820"));
        assert_eq!(phone("0049 30 901820").as_deref(), Some("+4930901820"));
        for bad in ["", "+", "030901820", "+12345", "+1234567890123456", "+49x30901820", "+4930901820;drop"] {
            assert_eq!(phone(bad), None, "{bad}");
        }
    }

    #[test]
    fn language_tags_and_countries_have_a_shape() {
        assert_eq!(locale("de-AT").as_deref(), Some("de-AT"));
        assert_eq!(country("de").as_deref(), Some("DE"));
        for bad in ["", "d", "deutsch", "de_AT", "de-", "../..", "1a"] {
            assert_eq!(locale(bad), None, "{bad}");
        }
        for bad in ["", "D", "DEU", "D1"] {
            assert_eq!(country(bad), None, "{bad}");
        }
    }
}
