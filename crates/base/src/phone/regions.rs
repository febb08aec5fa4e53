//! How each country writes its own numbers. `tools/gen-phone-regions` makes the table, and says what its columns are.

use std::fmt;

const TABLE: &str = include_str!("regions.txt");

/// A country, as ISO 3166 names it, of which the table has a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Region {
    name: &'static str,
    country_code: &'static str,
    prefix: &'static str,
    abroad: &'static str,
    lengths: (usize, usize),
}

impl Region {
    pub fn new(name: &str) -> Option<Self> {
        rows().find(|row| row.name.eq_ignore_ascii_case(name))
    }

    /// The region of a language tag: `AT` of `de-AT`, `TW` of `zh-Hant-TW`.
    pub fn of_locale(tag: &str) -> Option<Self> {
        tag.split('-').skip(1).find(|part| part.len() == 2).and_then(Self::new)
    }

    pub fn name(self) -> &'static str {
        self.name
    }

    pub(super) fn country_code(self) -> &'static str {
        self.country_code
    }

    /// What is dialled there for `+`, where it is one and the same.
    pub(super) fn international_prefix(self) -> Option<&'static str> {
        Some(self.abroad).filter(|abroad| *abroad != "-")
    }

    /// Where other digits than those abroad follow on `00` too.
    pub(super) fn dials_carriers(self) -> bool {
        matches!(self.abroad, "-" | "000" | "001" | "009" | "010")
    }

    fn national_prefix(self) -> Option<&'static str> {
        Some(self.prefix.trim_end_matches('!')).filter(|prefix| !matches!(*prefix, "-" | "="))
    }

    /// A number as it is written there, without what only its own country dials in front. `None` when it is no whole number of
    /// that country.
    pub(super) fn without_national_prefix(self, digits: &str) -> Option<&str> {
        let fits = |number: &str| (self.lengths.0..=self.lengths.1).contains(&number.len());
        let Some(prefix) = self.national_prefix() else { return Some(digits).filter(|number| fits(number)) };
        let bare = digits.strip_prefix(prefix).filter(|number| fits(number));
        if prefix == "0" && digits.starts_with('0') {
            // Two zeros are another country's way abroad.
            return bare.filter(|number| !number.starts_with('0'));
        }
        let is_whole = fits(digits) && !self.prefix.ends_with('!');
        if is_whole { Some(digits) } else { bare }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Whether the numbers behind a country code begin with zeros of their own, as Italy's do; `None` when it is no code.
pub(super) fn has_zeros(country_code: &str) -> Option<bool> {
    let mut of_code = rows().filter(|row| row.country_code == country_code).peekable();
    of_code.peek()?;
    Some(of_code.any(|row| row.prefix == "="))
}

/// Where in a number with its country code the zero stands that only its own country dials, if one does.
pub(super) fn national_zero(digits: &str) -> Option<usize> {
    let of_code = rows().find(|row| digits.starts_with(row.country_code))?;
    let at = of_code.country_code.len();
    (of_code.national_prefix() == Some("0") && digits[at..].starts_with('0')).then_some(at)
}

fn rows() -> impl Iterator<Item = Region> {
    TABLE.lines().filter_map(|line| {
        let mut words = line.split(' ');
        let mut word = || words.next();
        let (name, country_code, prefix, abroad) = (word()?, word()?, word()?, word()?);
        let lengths = (word()?.parse().ok()?, word()?.parse().ok()?);
        Some(Region { name, country_code, prefix, abroad, lengths })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        assert_eq!(rows().count(), TABLE.lines().count());
        assert!(rows().count() > 240);
        for row in rows() {
            assert!(row.name.len() == 2 && row.country_code.bytes().all(|b| b.is_ascii_digit()), "{row}");
            assert!(row.lengths.0 >= 4 && row.lengths.0 <= row.lengths.1, "{row}");
        }
    }

    #[test]
    fn a_locale_names_its_region() {
        for (tag, region) in [
            ("de-AT", Some("AT")),
            ("zh-Hant-TW", Some("TW")),
            ("en", None),
            ("es-419", None),
            ("de-XX", None),
        ] {
            assert_eq!(Region::of_locale(tag).map(Region::name), region, "{tag}");
        }
    }
}
