//! A signature by which receivers know that a mail is the shop's (DKIM, RFC 6376; Ed25519 by RFC 8463).
//!
//! - `key.rs` reads the key;
//! - `canonical.rs` writes headers and body in the form that is signed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use doorstep_base::Timestamp;
use doorstep_base::crypto::sha256;

mod canonical;
mod key;
#[cfg(test)]
mod tests;

use key::Key;

/// What is signed of a header. The first four are signed once more than they stand there: so nobody adds a second one.
const SIGNED: [&str; 13] = [
    "From",
    "To",
    "Subject",
    "Date",
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
];

/// A key, and where receivers find its public half: `SELECTOR._domainkey.DOMAIN`.
pub struct Dkim {
    domain: String,
    selector: String,
    key: Key,
}

/// What a key cannot be used for. Nothing of it is shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DkimError {
    #[error("the domain of the DKIM key is none: write the one behind the @ of the sender")]
    Domain,
    #[error("the DKIM selector is none: letters, digits, - and dots, like mail2026")]
    Selector,
    #[error(
        "the DKIM key is no private key in PEM: `openssl genrsa -out dkim.pem 2048` makes one, it begins with -----BEGIN"
    )]
    NoPem,
    #[error(
        "the DKIM key is a {0}: what signs is the private key, PEM with \"PRIVATE KEY\" in its first line"
    )]
    NotPrivate(&'static str),
    #[error("the DKIM key has a password: `openssl pkey -in OLD -out NEW` writes it without one")]
    Encrypted,
    #[error(
        "the DKIM key is no RSA key of 2048 to 8192 bits and no Ed25519 key: receivers refuse RSA below 1024, and below \
         2048 it can be broken. `openssl genrsa -out dkim.pem 2048` makes one"
    )]
    Unusable,
}

impl Dkim {
    /// A key in PEM: PKCS #8, or PKCS #1 for RSA.
    pub fn load(domain: &str, selector: &str, pem: &str) -> Result<Self, DkimError> {
        let domain = idna::domain_to_ascii_strict(domain.trim()).map_err(|_| DkimError::Domain)?;
        if !domain.contains('.') || !is_name(&domain) {
            return Err(DkimError::Domain);
        }
        if !is_name(selector) {
            return Err(DkimError::Selector);
        }
        Ok(Self { domain, selector: selector.to_owned(), key: Key::read(pem)? })
    }

    /// The message with the signature on top; as it was, should the library fail to sign with a key that it took.
    #[must_use]
    pub fn sign(&self, message: Vec<u8>, at: Timestamp) -> Vec<u8> {
        let (head, body) = canonical::split(&message);
        let headers = canonical::headers(head);
        let body_hash = STANDARD.encode(sha256(&canonical::body(body)));
        let names: Vec<_> =
            SIGNED.iter().filter(|name| headers.iter().any(|it| it.is(name))).copied().collect();
        let unsigned = format!(
            "v=1; a={}; c=relaxed/relaxed; d={};\r\n s={}; t={};\r\n h={};\r\n bh={body_hash};\r\n b=",
            self.key.algorithm(),
            self.domain,
            self.selector,
            at.as_seconds(),
            names.chunks(8).map(|names| names.join(":")).collect::<Vec<_>>().join(":\r\n "),
        );
        let signed = canonical::signed(&headers, &names, &unsigned);
        let Some(signature) = self.key.sign(&signed) else { return message };
        let signature = folded(&STANDARD.encode(signature));
        let mut whole = format!("DKIM-Signature: {unsigned}{signature}\r\n").into_bytes();
        whole.extend_from_slice(&message);
        whole
    }

    /// The name and the text of the record that the domain's DNS must have.
    pub fn record(&self) -> (String, String) {
        (format!("{}._domainkey.{}", self.selector, self.domain), self.key.record())
    }
}

fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let is_sign = |sign: u8| sign.is_ascii_alphanumeric() || sign == b'-' || sign == b'_';
        !label.is_empty() && label.len() <= 63 && label.bytes().all(is_sign)
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

/// A long signature on lines of its own: blanks in it count for nothing.
fn folded(signature: &str) -> String {
    let mut folded = String::new();
    for (place, sign) in signature.chars().enumerate() {
        if place % 72 == 0 {
            folded.push_str("\r\n ");
        }
        folded.push(sign);
    }
    folded
}
