//! Which new passwords are accepted. Every refusal says why.

use doorstep_base::{FieldCode, Sentence, Text};
use doorstep_web::FieldError;

use super::breached::{Lists, OpenError};
use super::common::is_common;
use super::{Password, PasswordConfig};

/// Words shorter than this are part of too many good passwords to be taken out of them.
const SHORTEST_IDENTITY_WORD: usize = 4;

#[derive(Clone)]
pub struct Policy {
    pub min_length: usize,
    pub max_length: usize,
    shop: String,
    breached: Option<Lists>,
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
    pub(super) fn new(config: &PasswordConfig, shop: &str) -> Result<Self, OpenError> {
        Ok(Self {
            min_length: config.min_length,
            max_length: config.max_length,
            shop: shop.to_owned(),
            breached: Lists::open(config)?,
        })
    }

    /// The one way to a password that can be stored.
    pub async fn accept(
        &self,
        password: Password,
        identity: Identity<'_>,
    ) -> Result<AcceptedPassword, FieldError> {
        self.check(&password, identity)?;
        if let Some(lists) = &self.breached
            && lists.contain(&password).await
        {
            return Err(FieldError::new(FieldCode::PasswordBreached));
        }
        Ok(AcceptedPassword(password))
    }

    /// What needs no disk: length in code points, then the common ones, then what the customer is called.
    fn check(&self, password: &Password, identity: Identity<'_>) -> Result<(), FieldError> {
        let length = password.code_points();
        if length < self.min_length {
            let message = Text::from(Sentence::PasswordAtLeast).with("count", self.min_length);
            return Err(FieldError::with_message(FieldCode::PasswordTooShort, message));
        }
        if length > self.max_length {
            let message = Text::from(Sentence::PasswordAtMost).with("count", self.max_length);
            return Err(FieldError::with_message(FieldCode::PasswordTooLong, message));
        }
        if is_common(&password.normalised) {
            return Err(FieldError::new(FieldCode::PasswordCommon));
        }
        if self.is_made_of(identity, &password.normalised) {
            return Err(FieldError::new(FieldCode::PasswordContainsIdentity));
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
}
