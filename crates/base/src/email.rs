//! An e-mail address: kept as typed for sending, unique by a canonical key that is compared as bytes.
//!
//! The key is decided here and nowhere else, so that no database's collation can disagree: NFKC, full case
//! folding and NFKC again for the local part, IDNA (UTS 46) for the domain.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

use crate::FieldCode;
use crate::letters::{RefusedSign, refused_sign, unseen_sign};

/// The longest address that SMTP can deliver to (RFC 5321 §4.5.3.1.3 less the angle brackets), in bytes.
pub const MAX_BYTES: usize = 254;
/// The longest local part (RFC 5321 §4.5.3.1.1), in bytes.
const MAX_LOCAL_BYTES: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    typed: String,
    key: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    #[error("is not one address like name@example.com")]
    Invalid,
    #[error("has an invisible sign in it, {0}: type it again instead of copying it")]
    Sign(RefusedSign),
    #[error(
        "has a dot at the start, before the @, or two dots in a row: some Japanese carriers gave such addresses out, but mail servers elsewhere refuse them"
    )]
    Dots,
    #[error("is longer than {MAX_BYTES} bytes")]
    TooLong,
}

impl EmailError {
    pub fn code(self) -> FieldCode {
        match self {
            Self::Invalid => FieldCode::EmailInvalid,
            Self::Sign(_) => FieldCode::InvalidCharacters,
            Self::Dots => FieldCode::EmailDots,
            Self::TooLong => FieldCode::EmailTooLong,
        }
    }
}

impl Email {
    /// Reads one addr-spec: no display name, no comment, no quoted local part, no address literal.
    /// White space around it is dropped (mobile keyboards add it), nothing else is changed.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let typed = text.trim();
        if typed.len() > MAX_BYTES {
            return Err(EmailError::TooLong);
        }
        let (local, domain) = typed.rsplit_once('@').ok_or(EmailError::Invalid)?;
        // IDNA drops most invisible signs from a domain without a word, and mail would then go where nobody reads that it goes.
        if let Some(sign) = unseen_sign(local).or_else(|| refused_sign(domain)) {
            return Err(EmailError::Sign(sign));
        }
        if is_misdotted(local) {
            return Err(EmailError::Dots);
        }
        if !is_dot_atom(local) || local.len() > MAX_LOCAL_BYTES {
            return Err(EmailError::Invalid);
        }
        let domain = canonical_domain(domain).ok_or(EmailError::Invalid)?;
        let folded = canonical_local(local);
        // Compatibility forms may hide a separator (U+FF20 is a second @) that the key would then show, and folding
        // and the ASCII form of a domain may be longer than what was typed.
        if !is_dot_atom(&folded) || folded.len() > MAX_LOCAL_BYTES {
            return Err(EmailError::Invalid);
        }
        let key = format!("{folded}@{domain}");
        if key.len() > MAX_BYTES {
            return Err(EmailError::TooLong);
        }
        Ok(Self { key, typed: typed.to_owned() })
    }

    /// As the customer typed it, trimmed: where mail is sent.
    pub fn as_typed(&self) -> &str {
        &self.typed
    }

    /// The canonical key: two addresses with one key are one account.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// RFC 5322 dot-atom with RFC 6531 letters: atoms of visible characters with single dots between them.
fn is_dot_atom(local: &str) -> bool {
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_character))
}

/// Nothing is wrong with it but where its dots stand.
fn is_misdotted(local: &str) -> bool {
    let (mut atoms, is_bare) = (local.split('.'), local.chars().all(|c| c == '.'));
    !is_bare && atoms.clone().any(str::is_empty) && atoms.all(|atom| atom.chars().all(is_atom_character))
}

fn is_atom_character(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(character);
    }
    // Letters, digits and marks of other scripts; nothing invisible, no separators, no symbols.
    character.is_alphanumeric() || unicode_normalization::char::is_combining_mark(character)
}

fn canonical_local(local: &str) -> String {
    local.nfkc().default_case_fold().nfkc().collect()
}

/// The domain in its ASCII form, lower case. At least two labels, the last of them not a number (no IP addresses).
fn canonical_domain(domain: &str) -> Option<String> {
    let unmapped = domain.chars().all(|c| c == '.' || c == '-' || c.is_alphanumeric() || !c.is_ascii());
    let ascii = idna::domain_to_ascii_strict(domain).ok().filter(|ascii| unmapped && !ascii.is_empty())?;
    let labels: Vec<&str> = ascii.split('.').collect();
    let last = labels.last()?;
    let is_name = labels.len() >= 2
        && labels.iter().all(|l| !l.is_empty())
        && !last.bytes().all(|b| b.is_ascii_digit());
    is_name.then_some(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> String {
        Email::parse(text).unwrap().key().to_owned()
    }

    #[test]
    fn spellings_of_one_address_share_a_key() {
        for twin in
            ["Mike@Example.com", " mike@example.COM\n", "ｍｉｋｅ@example.com", "MIKE@ＥＸＡＭＰＬＥ.com"]
        {
            assert_eq!(key(twin), "mike@example.com", "{twin}");
        }
        assert_eq!(key("jose\u{301}@example.com"), key("JOSÉ@example.com"));
        assert_eq!(key("stra\u{df}e@example.com"), key("STRASSE@example.com"));
        assert_eq!(key("a@bücher.example"), key("a@xn--bcher-kva.example"));
    }

    #[test]
    fn look_alikes_of_other_people_stay_other_people() {
        for other in
            ["m\u{131}ke@example.com", "mïke@example.com", "mike+shop@example.com", "mi.ke@example.com"]
        {
            assert_ne!(key(other), "mike@example.com", "{other}");
        }
    }

    #[test]
    fn the_typed_form_is_kept() {
        let email = Email::parse("  Ada.Lovelace@Example.COM ").unwrap();
        assert_eq!(email.as_typed(), "Ada.Lovelace@Example.COM");
    }

    #[test]
    fn malformed_addresses_are_refused() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        for bad in [
            "",
            " ",
            "@",
            "a",
            "a@",
            "@b.c",
            "a@b",
            "a@@b.c",
            "a@b@c.d",
            "a b@c.d",
            "a@b c.d",
            "a@.b.c",
            "a@b..c",
            "a@b.c.",
            "\"a b\"@c.d",
            "a(x)@b.c",
            "a@b.c(x)",
            "<a@b.c>",
            "A <a@b.c>",
            "a@b.c,d@e.f",
            "a@b.c;d@e.f",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@b_c.d",
            "a@-b.c",
            "a@b-.c",
            "a@b.c/d",
            "a%00@b",
            "a\u{ff20}b@c.d",
            "a\u{2024}\u{2024}b@c.d",
            "a@exa mple.com",
            "a\u{a0}b@c.d",
            "a,b@c.d",
            "a:b@c.d",
            "a\\b@c.d",
            &long_local,
        ] {
            assert_eq!(Email::parse(bad), Err(EmailError::Invalid), "{bad:?}");
        }
        let long = format!("a@{}.com", "b".repeat(300));
        assert_eq!(Email::parse(&long), Err(EmailError::TooLong));
    }

    #[test]
    fn dots_that_some_carriers_gave_out_are_refused_for_what_they_are() {
        for bad in ["a..b@docomo.ne.jp", "a.@docomo.ne.jp", ".a@b.c", "...a@b.c"] {
            assert_eq!(Email::parse(bad), Err(EmailError::Dots), "{bad}");
        }
        for bad in [".@b.c", "...@b.c", "a..b c@d.e", "a..(b)@c.d"] {
            assert_eq!(Email::parse(bad), Err(EmailError::Invalid), "{bad}");
        }
    }

    #[test]
    fn what_nobody_sees_is_refused_by_its_name() {
        for (bad, name) in [
            ("a@exam\u{ad}ple.com", "SOFT HYPHEN"),
            ("a@\u{200b}example.com", "ZERO WIDTH SPACE"),
            ("a@example.com\u{feff}", "BYTE ORDER MARK"),
            ("a@example.com\u{202c}", "POP DIRECTIONAL FORMATTING"),
            ("a@exam\u{200d}ple.com", "ZERO WIDTH JOINER"),
            ("a\u{200b}@b.c", "ZERO WIDTH SPACE"),
            ("س\u{200c}ا@b.c", "ZERO WIDTH NON-JOINER"),
            ("a@b.c\r\nBcc: d@e.f", "CARRIAGE RETURN"),
            ("a\u{0}@b.c", "U+0000"),
            ("a@b.c\u{0}", "U+0000"),
        ] {
            let refused = Email::parse(bad).unwrap_err();
            assert!(
                matches!(refused, EmailError::Sign(_)) && refused.to_string().contains(name),
                "{bad:?}: {refused}"
            );
        }
    }

    #[test]
    fn a_domain_may_have_the_joiners_of_its_script() {
        assert_eq!(key("a@نامه\u{200c}ای.com"), "a@xn--mgba3gch31f060k.com");
        assert_ne!(key("a@نامهای.com"), key("a@نامه\u{200c}ای.com"));
    }

    #[test]
    fn an_address_whose_canonical_form_is_too_long_is_refused() {
        // Labels of one letter each: short as typed, and in their ASCII form more than a mail server takes.
        let domain = vec!["\u{494}"; 25].join(".");
        let long = format!("{}@{domain}.example", "a".repeat(64));
        assert_eq!(Email::parse(&long), Err(EmailError::TooLong));
        // 64 bytes that fold to 96.
        let folding = format!("{}@example.com", "\u{149}".repeat(32));
        assert_eq!(Email::parse(&folding), Err(EmailError::Invalid));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_its_key_is_stable(text in "\\PC{0,80}") {
            if let Ok(email) = Email::parse(&text) {
                let again = Email::parse(email.key()).unwrap();
                prop_assert_eq!(again.key(), email.key());
            }
        }

        #[test]
        fn the_key_does_not_depend_on_ascii_case(local in "[a-z0-9]{1,20}", domain in "[a-z]{1,10}\\.[a-z]{2,5}") {
            let lower = format!("{local}@{domain}");
            prop_assert_eq!(key(&lower.to_uppercase()), key(&lower));
        }
    }
}
