//! The languages that customers are spoken to in, and which of them a request asks for.

/// Beyond these a list of languages is not read: browsers send three or four.
const MOST_RANGES: usize = 32;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    English,
    German,
    French,
    Spanish,
    Arabic,
}

impl Language {
    pub const ALL: &[Self] = &[Self::English, Self::German, Self::French, Self::Spanish, Self::Arabic];

    /// As `lang` and `Content-Language` have it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Arabic => "ar",
        }
    }

    /// As `dir` has it.
    pub const fn direction(self) -> &'static str {
        if matches!(self, Self::Arabic) { "rtl" } else { "ltr" }
    }

    /// What parts the words of a list.
    pub const fn comma(self) -> &'static str {
        if matches!(self, Self::Arabic) { "، " } else { ", " }
    }

    /// What an `Accept-Language` asks for (RFC 9110 §12.5.4), looked up as RFC 4647 §3.4 says: `de-AT` is German. What
    /// cannot be read counts as not said, and English is for whoever wants none of these.
    pub fn accepted(list: &str) -> Self {
        let mut ranges: Vec<(&str, u16)> = list.split(',').take(MOST_RANGES).filter_map(range).collect();
        let is_refused = |language: Self| {
            ranges.iter().any(|(tag, weight)| *weight == 0 && tag.eq_ignore_ascii_case(language.tag()))
        };
        let others = Self::ALL.iter().copied().find(|language| !is_refused(*language));
        ranges.retain(|(_, weight)| *weight > 0);
        ranges.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
        let named = |tag: &str| if tag == "*" { others } else { Self::of_tag(tag) };
        ranges.iter().find_map(|(tag, _)| named(tag)).unwrap_or_default()
    }

    /// A language is the first part of its tag; what follows are regions, scripts and variants of it.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let first = tag.split('-').next()?;
        Self::ALL.iter().copied().find(|language| first.eq_ignore_ascii_case(language.tag()))
    }
}

/// `de-AT;q=0.8` as `("de-AT", 800)`.
fn range(text: &str) -> Option<(&str, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| !tag.is_empty())?;
    let Some(weight) = parts.next() else { return Some((tag, 1000)) };
    let (name, value) = weight.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    thousandths(value.trim()).map(|weight| (tag, weight))
}

/// `0`, `1`, or one of them with up to three decimals, not above 1.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_read = matches!(whole, "0" | "1") && decimals.len() <= 3;
    if !is_read || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{whole}{decimals:0<3}").parse().ok().filter(|weight| *weight <= 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_is_wanted_most_is_taken() {
        for (list, tag) in [
            ("de", "de"),
            ("DE-at", "de"),
            ("de-AT, de;q=0.9, en;q=0.8", "de"),
            ("en;q=0.8,fr-CA;q=0.9", "fr"),
            ("nl, es;q=0.5, fr;q=0.4", "es"),
            ("ar-EG , en ;q=0.1", "ar"),
            ("fr ; q=0.5, es ; Q=0.75", "es"),
            ("es;q=0.001", "es"),
            ("de-Latn-AT-1901", "de"),
            ("fr;q=0.5, de;q=0.5", "fr"),
        ] {
            assert_eq!(Language::accepted(list).tag(), tag, "{list}");
        }
    }

    #[test]
    fn whoever_wants_none_of_them_or_says_nothing_readable_gets_english() {
        for list in [
            "",
            " ",
            ",",
            ";",
            "*",
            "nl",
            "zh-Hant-TW",
            "deu",
            "de_AT",
            "d",
            "de;q=0",
            "de;q=0.000",
            "de;q=2",
            "de;q=1.001",
            "de;q=-1",
            "de;q=x",
            "de;q=0.1234",
            "de;q=",
            "de;q",
            "de;level=1",
            "x-de",
            "-de",
            "*;q=0",
            "en;q=0",
        ] {
            assert_eq!(Language::accepted(list), Language::English, "{list}");
        }
        let late = format!("{}de", "nl,".repeat(MOST_RANGES));
        assert_eq!(Language::accepted(&late), Language::English);
    }

    #[test]
    fn any_language_is_one_that_was_not_refused() {
        assert_eq!(Language::accepted("en;q=0, *").tag(), "de");
        assert_eq!(Language::accepted("en;q=0, de;q=0, *;q=0.1").tag(), "fr");
        assert_eq!(Language::accepted("de;q=0, *;q=0.5, ar;q=0.2").tag(), "en");
    }
}
