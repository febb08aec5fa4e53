//! The most common passwords of 8 characters and more: 16,293 of them, lower case, sorted by bytes.
//! Made of the frequency lists that zxcvbn and Django publish (MIT, BSD-3-Clause).

use std::sync::LazyLock;

static COMMON: LazyLock<Vec<&'static str>> = LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Whether the password is one of them, in any case.
pub fn is_common(password: &str) -> bool {
    let folded = password.to_lowercase();
    COMMON.binary_search(&folded.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_finds_its_own() {
        assert!(COMMON.is_sorted());
        assert!(COMMON.len() > 3000);
        for common in ["password", "PassWord1", "12345678", "iloveyou"] {
            assert!(is_common(common), "{common}");
        }
        assert!(!is_common("correct horse battery staple"));
    }
}
