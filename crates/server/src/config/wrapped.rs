//! What clings to a value on its way through files of variables, and is no part of it: Windows' line ends, quotes, spaces.

/// What is wrapped around a value, in words.
pub fn wrapping(value: &str) -> Option<&'static str> {
    let is_quoted = |quote| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
    if value.ends_with(['\r', '\n']) {
        let is_windows = value.trim_end_matches('\n').ends_with('\r');
        Some(if is_windows {
            "ends with a carriage return (CR): the file that sets it has Windows' line ends, save it with LF"
        } else {
            "ends with a line break: leave it out (printf '%s' writes none)"
        })
    } else if value.starts_with('\u{feff}') {
        Some("begins with a byte order mark: save the file that sets it as UTF-8 without one")
    } else if value != value.trim() {
        Some("begins or ends with a space: leave it out")
    } else if is_quoted('"') || is_quoted('\'') {
        Some(
            "stands in quotes that are a part of it: a container's file of variables takes them literally, leave them out",
        )
    } else {
        None
    }
}

/// The value that was meant.
pub fn unwrapped(value: &str) -> &str {
    let bare = value.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let quoted = |quote| bare.strip_prefix(quote)?.strip_suffix(quote).map(str::trim);
    quoted('"').or_else(|| quoted('\'')).unwrap_or(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clings_to_a_value_is_named_and_taken_off() {
        for (value, named) in [
            ("production\r", "CR"),
            ("production\r\n", "CR"),
            ("production\n", "line break"),
            (" production", "space"),
            ("production\u{a0}", "space"),
            ("\u{feff}production", "byte order mark"),
            ("\"production\"", "quotes"),
            ("'production'", "quotes"),
            ("\"production\"\r", "CR"),
            ("' production '", "quotes"),
        ] {
            assert!(wrapping(value).is_some_and(|told| told.contains(named)), "{value:?}");
            assert_eq!(unwrapped(value), "production", "{value:?}");
        }
        for bare in ["", "production", "it's", "\"", "a \"b\"", "https://a.example, https://b.example"] {
            assert_eq!((wrapping(bare), unwrapped(bare)), (None, bare));
        }
    }
}
