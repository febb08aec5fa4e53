//! The 100,000 most common passwords of 8 characters and more, lower case, as a filter in the format of the file of breached
//! passwords. `tools/gen-common-passwords` makes it, and says of what.

use std::sync::LazyLock;

use doorstep_base::crypto::sha1_for_breach_lists;

use super::breached::{Filter, InMemory, key_of};

static BYTES: &[u8] = include_bytes!("common.filter");
/// The tests below hold every byte of it: it is always there.
static COMMON: LazyLock<Option<InMemory>> = LazyLock::new(|| Filter::open(BYTES).ok()?.into_memory().ok());

/// Whether the password is one of them, in any case. Of the others one in 65,536 is taken for one of them.
pub fn is_common(password: &str) -> bool {
    let key = key_of(&sha1_for_breach_lists(password.to_lowercase().as_bytes()));
    COMMON.as_ref().is_some_and(|list| list.contains(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_one_that_was_made_and_finds_its_own() {
        let digest = doorstep_base::crypto::sha256(BYTES);
        let hex = digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        assert_eq!(hex, "f6b8f022079e503a263edb21b0faec4afadb2798eb7f74fe86f2cf4af7dbe279");
        assert_eq!(Filter::open(BYTES).unwrap().passwords(), 100_000);
        for common in ["password", "PassWord1", "12345678", "iloveyou", "1qaz2wsx", "trustno1", "sys49152"] {
            assert!(is_common(common), "{common}");
        }
        assert!(!is_common("correct horse battery staple"));
    }

    #[test]
    fn whatever_zxcvbn_and_django_call_common_is_refused() {
        let list = include_str!("../../../../tools/common-passwords/zxcvbn-django.txt");
        assert_eq!(list.lines().filter(|common| !is_common(common)).count(), 0);
        assert_eq!(list.lines().count(), 16_293);
    }

    /// Fifteen are to be expected; more than forty by chance once in a hundred million such lists.
    #[test]
    fn a_million_others_are_taken_for_common_as_rarely_as_promised() {
        let list = COMMON.as_ref().unwrap();
        let wrong = (0..1_000_000_u32).filter(|n| {
            list.contains(key_of(&sha1_for_breach_lists(
                &[&b"not a common one"[..], &n.to_le_bytes()].concat(),
            )))
        });
        assert!(wrong.count() <= 40);
    }
}
