//! The shapes of small texts: each function gives the form that is stored, or `None`.

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

#[cfg(test)]
mod tests {
    use super::*;

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
