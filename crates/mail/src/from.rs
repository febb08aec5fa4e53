//! Whom a mail is from: `Nordlicht <shop@example.com>`.

use doorstep_base::{Email, EmailError};

use crate::clean;

/// The sender of all mails of a shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct From {
    name: Option<String>,
    local: String,
    domain: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FromError {
    #[error("the sender has no address in < >: write it like Nordlicht <shop@example.com>")]
    Form,
    #[error("the sender's address {0}: write it like Nordlicht <shop@example.com>")]
    Address(EmailError),
    #[error(
        "the sender's address has letters beyond ASCII before the @, which many mail servers refuse: choose another"
    )]
    NotAscii,
    #[error("the sender's name has a line break or an invisible sign in it: type it again")]
    Name,
}

impl From {
    /// Reads an address with or without a name before it; the name may stand in quotes.
    pub fn read(text: &str) -> Result<Self, FromError> {
        let text = text.trim();
        let (name, address) = match text.strip_suffix('>') {
            Some(front) => front.rsplit_once('<').ok_or(FromError::Form)?,
            None if text.contains(['<', '>', ' ']) => return Err(FromError::Form),
            None => ("", text),
        };
        let name = name.trim();
        let quoted = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
        let name = quoted.unwrap_or(name);
        if clean::line(name) != name || name.contains(['<', '>', '"']) {
            return Err(FromError::Name);
        }
        Email::parse(address).map_err(FromError::Address)?;
        let (local, domain) = address_parts(address).ok_or(FromError::Address(EmailError::Invalid))?;
        if !local.is_ascii() {
            return Err(FromError::NotAscii);
        }
        Ok(Self { name: Some(name.to_owned()).filter(|name| !name.is_empty()), local, domain })
    }

    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// As SMTP has it: the domain in its ASCII form.
    pub fn address(&self) -> String {
        format!("{}@{}", self.local, self.domain)
    }

    pub fn domain(&self) -> &str {
        &self.domain
    }
}

/// The parts of an address that was read already: the local part as it was typed, and the domain in its ASCII form.
pub(crate) fn address_parts(address: &str) -> Option<(String, String)> {
    let (local, domain) = address.trim().rsplit_once('@')?;
    let domain = idna::domain_to_ascii_strict(domain).ok()?;
    Some((local.to_owned(), domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_an_address_and_perhaps_a_name() {
        let from = From::read("Nordlicht <shop@Bücher.example>").unwrap();
        assert_eq!((from.name(), from.domain()), (Some("Nordlicht"), "xn--bcher-kva.example"));
        assert_eq!(from.address(), "shop@xn--bcher-kva.example");
        assert_eq!(From::read("shop@example.com").unwrap().name(), None);
        assert_eq!(From::read("<shop@example.com>").unwrap().name(), None);
        assert_eq!(From::read("\"A, B & C\" <shop@example.com>").unwrap().name(), Some("A, B & C"));
        assert_eq!(From::read("متجر الشمال <shop@example.com>").unwrap().name(), Some("متجر الشمال"));
    }

    #[test]
    fn what_cannot_be_a_sender_is_refused() {
        for (text, error) in [
            ("Nordlicht", FromError::Address(EmailError::Invalid)),
            ("Nordlicht shop@example.com", FromError::Form),
            ("Nordlicht shop@example.com>", FromError::Form),
            ("Nordlicht <shop@localhost>", FromError::Address(EmailError::Invalid)),
            ("Nord\r\nBcc: x@example.com <shop@example.com>", FromError::Name),
            ("Nord\u{202e}licht <shop@example.com>", FromError::Name),
            ("a <b@example.com> <shop@example.com>", FromError::Name),
            ("Nordlicht <jösé@example.com>", FromError::NotAscii),
        ] {
            assert_eq!(From::read(text), Err(error), "{text}");
        }
    }
}
