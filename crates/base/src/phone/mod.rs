//! A phone number as people write it, in the one form that is stored: `+` and 7 to 15 digits (E.164).
//!
//! What a country's own numbers look like stands in `regions.txt`: docs/decisions/phone-numbers.md says why it is a table.

mod regions;
mod signs;

pub use regions::Region;
pub use signs::digit;

use crate::{FieldCode, Sentence, Text};

/// Why a text is no phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneError {
    Signs,
    Length,
    NoCountry,
    NotOf(Region),
}

impl PhoneError {
    pub fn code(self) -> FieldCode {
        match self {
            Self::Signs | Self::Length => FieldCode::PhoneInvalid,
            Self::NoCountry | Self::NotOf(_) => FieldCode::PhoneCountryNeeded,
        }
    }

    /// What the customer is told.
    pub fn text(self) -> Text {
        match self {
            Self::Signs => Sentence::PhoneSigns.into(),
            Self::Length => Sentence::PhoneLength.into(),
            Self::NoCountry => Sentence::PhoneNoCountry.into(),
            Self::NotOf(region) => Text::from(Sentence::PhoneNotOf).with("country", region),
        }
    }
}

/// Reads a number. One without a country code is taken for one of `home`, if there is any.
pub fn parse(text: &str, home: Option<Region>) -> Result<String, PhoneError> {
    let compact = signs::compact(text).ok_or(PhoneError::Signs)?;
    let digits = match abroad(&compact, home) {
        Some(dialled) => with_country(dialled)?,
        None => national(&without_brackets(&compact)?, home.ok_or(PhoneError::NoCountry)?)?,
    };
    let fits = (7..=15).contains(&digits.len()) && !digits.starts_with('0');
    if fits { Ok(format!("+{digits}")) } else { Err(PhoneError::Length) }
}

/// What stands behind `+`, or behind what is dialled instead of it.
fn abroad(compact: &str, home: Option<Region>) -> Option<&str> {
    let bare = compact.trim_start_matches('(');
    let own = || bare.strip_prefix(home?.international_prefix()?);
    // What everybody else dials is written everywhere, but means something else where carriers are chosen by it.
    let usual = || bare.strip_prefix("00").filter(|_| !home.is_some_and(Region::dials_carriers));
    bare.strip_prefix('+').or_else(own).or_else(usual)
}

/// Without the national zero, which nobody dials behind a country code: in brackets or not.
fn with_country(dialled: &str) -> Result<String, PhoneError> {
    let mut digits = match dialled.split_once("(0)") {
        Some((before, after)) => {
            let (before, after) = (without_brackets(before)?, without_brackets(after)?);
            // Elsewhere than directly behind the code it is a digit like others.
            let zero = if regions::has_zeros(&before) == Some(false) { "" } else { "0" };
            format!("{before}{zero}{after}")
        }
        None => without_brackets(dialled)?,
    };
    while let Some(at) = regions::national_zero(&digits) {
        digits.remove(at);
    }
    Ok(digits)
}

fn national(digits: &str, home: Region) -> Result<String, PhoneError> {
    let number = home.without_national_prefix(digits).ok_or(PhoneError::NotOf(home))?;
    Ok(format!("{}{number}", home.country_code()))
}

/// Digits alone: brackets say nothing more, and a second plus is no number.
fn without_brackets(compact: &str) -> Result<String, PhoneError> {
    let digits: String = compact.chars().filter(|c| !matches!(c, '(' | ')')).collect();
    if digits.bytes().all(|b| b.is_ascii_digit()) { Ok(digits) } else { Err(PhoneError::Signs) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, home: &str) -> Result<String, PhoneError> {
        parse(text, Region::new(home))
    }

    #[test]
    fn every_spelling_of_a_number_is_stored_in_one_form() {
        for text in [
            "+49 (30) 901-820",
            "0049 30 901820",
            "+49 (0)30 901820",
            "+49 (0) 30/90 18 20",
            "+49 030 901820",
            "(+49) 30 901820",
            "+(49) 30 901820",
            "\u{202a}+49 30 901820\u{202c}",
            "\u{200e}+49\u{a0}30\u{202f}90\u{2009}18\u{3000}20",
            "+49\u{2011}30\u{2013}901\u{2212}820",
            "＋４９（０）３０－９０１８２０",
            "+٤٩ ٣٠ ٩٠١٨٢٠",
            "+۴۹ ۳۰ ۹۰۱۸۲۰",
            "+४९ ३० ९०१८२०",
            "+49.30.901820\n",
        ] {
            assert_eq!(read(text, "").as_deref(), Ok("+4930901820"), "{text:?}");
        }
    }

    #[test]
    fn zeros_that_belong_to_a_number_stay() {
        for (text, stored) in [
            ("+39 06 69812345", "+390669812345"),
            ("+39 (0)6 69812345", "+390669812345"),
            ("+39 (06) 69812345", "+390669812345"),
            ("+378 0549 882914", "+3780549882914"),
            ("+225 07 12 34 56 78", "+2250712345678"),
            ("+49 30 (0) 901820", "+49300901820"),
            ("+44 (0)20 7946 0000", "+442079460000"),
            // A country that has no national zero: it was meant for one that has.
            ("+34 (0) 91 123 45 67", "+34911234567"),
        ] {
            assert_eq!(read(text, "DE").as_deref(), Ok(stored), "{text:?}");
        }
    }

    #[test]
    fn national_numbers_are_those_of_a_country() {
        for (text, home, stored) in [
            ("030 901820", "DE", "+4930901820"),
            ("(0)30 901820", "DE", "+4930901820"),
            ("(030) 90 18-20", "DE", "+4930901820"),
            ("06 69812345", "IT", "+390669812345"),
            ("(212) 555-0123", "US", "+12125550123"),
            ("1-212-555-0123", "CA", "+12125550123"),
            ("011 49 30 901820", "US", "+4930901820"),
            ("00 49 30 901820", "US", "+4930901820"),
            ("0011 49 30 901820", "AU", "+4930901820"),
            ("8 (495) 123-45-67", "RU", "+74951234567"),
            ("800 123-45-67", "RU", "+78001234567"),
            ("8 727 123 45 67", "KZ", "+77271234567"),
            ("06 20 123 4567", "HU", "+36201234567"),
            ("90-1234-5678", "JP", "+819012345678"),
            ("０９０ー１２３４ー５６７８", "JP", "+819012345678"),
            ("98765 43210", "IN", "+919876543210"),
            ("۰۹۱۲ ۳۴۵ ۶۷۸۹", "IR", "+989123456789"),
            ("91 123 45 67", "ES", "+34911234567"),
        ] {
            assert_eq!(read(text, home).as_deref(), Ok(stored), "{text:?} in {home}");
        }
    }

    #[test]
    fn what_is_refused_is_refused_for_its_reason() {
        let of = |code| PhoneError::NotOf(Region::new(code).unwrap());
        for (text, home, reason) in [
            ("030 901820", "", PhoneError::NoCountry),
            ("0", "", PhoneError::NoCountry),
            // Without its area, or of another country than the customer says.
            ("901820", "DE", of("DE")),
            ("030 901820", "US", of("US")),
            ("00 49 30 901820", "KR", of("KR")),
            ("011 15 2345-6789", "AR", of("AR")),
            ("", "DE", PhoneError::Signs),
            ("+", "", PhoneError::Signs),
            ("++49 30 901820", "", PhoneError::Signs),
            ("+49 30 +901820", "", PhoneError::Signs),
            ("+49x30901820", "", PhoneError::Signs),
            ("+49 30 901820 ext. 5", "", PhoneError::Signs),
            ("+4930901820;drop", "", PhoneError::Signs),
            ("+49\u{0}30901820", "", PhoneError::Signs),
            ("+½ 30 901820", "", PhoneError::Signs),
            ("+12345", "", PhoneError::Length),
            ("+1234567890123456", "", PhoneError::Length),
            ("+0 30 901820", "", PhoneError::Length),
        ] {
            assert_eq!(read(text, home), Err(reason), "{text:?} in {home:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_what_is_stored_is_read_the_same(text in "\\PC{0,40}", digits in "[+0-9() -]{0,24}") {
            for text in [text, digits] {
                for home in ["", "DE", "IT", "US", "RU", "KR"] {
                    if let Ok(stored) = read(&text, home) {
                        prop_assert!((8..=16).contains(&stored.len()) && stored.starts_with('+'));
                        prop_assert_eq!(read(&stored, home), Ok(stored));
                    }
                }
            }
        }
    }
}
