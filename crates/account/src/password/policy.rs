//! Which new passwords are accepted. Every refusal says why.

use doorstep_base::FieldCode;
use doorstep_web::FieldError;

use super::breach::BreachRanges;
use super::common::is_common;
use super::{Password, PasswordConfig};

/// Words shorter than this are part of too many good passwords to be taken out of them.
const SHORTEST_IDENTITY_WORD: usize = 4;

#[derive(Clone, Debug)]
pub struct Policy {
    pub min_length: usize,
    pub max_length: usize,
    shop: String,
    breached: Option<BreachRanges>,
}

/// Whose password it is: what an attacker tries first.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'a> {
    pub name: &'a str,
    pub email: &'a str,
}

/// A new password that the policy has let through. Only these are stored.
#[derive(Clone)]
pub struct AcceptedPassword(Password);

impl AcceptedPassword {
    /// As it was given, to be verified instead.
    pub fn into_given(self) -> Password {
        self.0
    }
}

impl Policy {
    pub(super) fn new(config: &PasswordConfig, shop: &str) -> Self {
        Self {
            min_length: config.min_length,
            max_length: config.max_length,
            shop: shop.to_owned(),
            breached: config.breach_ranges.clone().map(BreachRanges::new),
        }
    }

    /// The one way to a password that can be stored.
    pub fn accept(&self, password: Password, identity: Identity<'_>) -> Result<AcceptedPassword, FieldError> {
        self.check(&password, identity).map(|()| AcceptedPassword(password))
    }

    /// Length in code points, then the lists, then what the customer is called.
    fn check(&self, password: &Password, identity: Identity<'_>) -> Result<(), FieldError> {
        let length = password.code_points();
        if length < self.min_length {
            let message = format!(
                "Use at least {} characters; a few words in a row are easy to remember",
                self.min_length
            );
            return Err(FieldError::with_message(FieldCode::PasswordTooShort, message));
        }
        if length > self.max_length {
            let message = format!("Use at most {} characters", self.max_length);
            return Err(FieldError::with_message(FieldCode::PasswordTooLong, message));
        }
        if is_common(&password.normalised) {
            return Err(FieldError::new(FieldCode::PasswordCommon));
        }
        if self.is_made_of(identity, &password.normalised) {
            return Err(FieldError::new(FieldCode::PasswordContainsIdentity));
        }
        if self.breached.as_ref().is_some_and(|list| list.contains(&password.normalised)) {
            return Err(FieldError::new(FieldCode::PasswordBreached));
        }
        Ok(())
    }

    /// A name or address inside a password adds nothing to it: without them it must still be long enough.
    fn is_made_of(&self, identity: Identity<'_>, password: &str) -> bool {
        let mut rest = password.to_lowercase();
        let texts = [identity.email, identity.name, &self.shop].map(str::to_lowercase);
        let words = texts.iter().flat_map(|text| {
            std::iter::once(text.as_str()).chain(text.split(|c: char| !c.is_alphanumeric()))
        });
        let mut words: Vec<&str> =
            words.filter(|word| word.chars().count() >= SHORTEST_IDENTITY_WORD).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let mut contains_one = false;
        for word in words {
            contains_one |= rest.contains(word);
            rest = rest.replace(word, "");
        }
        contains_one && rest.chars().count() < self.min_length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        Policy { min_length: 8, max_length: 256, shop: "Nordlicht".to_owned(), breached: None }
    }

    fn check(password: &str) -> Result<(), FieldError> {
        let identity = Identity { name: "Ada Lovelace", email: "ada.lovelace@engine.example" };
        policy().check(&Password::new(password.to_owned()), identity)
    }

    #[test]
    fn length_counts_code_points() {
        for (password, fits) in [
            ("1gK9$mQ", false),
            ("1gK9$mQz", true),
            ("🦊🐻🐼🦁🐯🐨🐸", false),
            ("🦊🐻🐼🦁🐯🐨🐸🐵", true),
            ("        ", true),
            (&"x".repeat(256), true),
            (&"x".repeat(257), false),
            (&"🦊".repeat(256), true),
        ] {
            assert_eq!(check(password).is_ok(), fits, "{password}");
        }
    }

    #[test]
    fn common_ones_and_ones_made_of_the_identity_are_refused() {
        for bad in [
            "password",
            "PASSWORD1",
            "lovelace",
            "Lovelace1815",
            "ada.lovelace@engine.example",
            "NordlichtLovelace7",
            "nordlicht2026",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
        for good in ["lovelace paints teapots", "correct horse battery", "q8#Lovelace!zzk77"] {
            assert!(check(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_breached_password_is_found_in_its_range_file() {
        let folder = std::env::temp_dir().join(format!("doorstep-ranges-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let list = BreachRanges::new(folder.clone());
        let sha = doorstep_base::crypto::sha1_for_breach_ranges(b"correct horse battery staple");
        std::fs::write(folder.join(&sha[..5]), format!("{}:7\r\n", &sha[5..])).unwrap();
        assert!(list.contains("correct horse battery staple"));
        assert!(!list.contains("correct horse battery stapler"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
