//! What an answer of a mail server means, in one sentence without password and without the customer's address.

use std::error::Error as _;
use std::future::Future;
use std::io;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Severity;

use super::{MESSAGE_TIMEOUT, TIMEOUT};
use crate::clean;

/// As much of a server's own words as is shown.
const LONGEST: usize = 160;

/// Why a message was not taken. `shown` is one sentence for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The server could not be reached, or said "not now": try again.
    #[error("{shown}")]
    Later { shown: String },
    /// The server does not deliver to this recipient: a bounce.
    #[error("{shown}")]
    Refused { shown: String },
    /// Login, certificate, sender: somebody has to change a setting. Tried again, for nothing is wrong with the recipient.
    #[error("{shown}")]
    Setup { shown: String },
}

/// How far a mail had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Connection, TLS, greeting.
    Hello,
    Login,
    Sender,
    Recipient,
    Message,
}

/// What is said about failures of one mail.
pub struct Refusals<'s> {
    /// `smtp.example.com:587`
    pub server: &'s str,
    /// Never shown: it is taken out of what the server says.
    pub to: &'s str,
}

impl Refusals<'_> {
    pub fn setup(&self, why: &str) -> SendError {
        SendError::Setup { shown: format!("{}: {why}", self.server) }
    }

    pub fn refused(&self, why: &str) -> SendError {
        SendError::Refused { shown: format!("{}: {why}", self.server) }
    }

    /// Takes a step, with its time limit.
    pub async fn step<T>(
        &self,
        step: Step,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, SendError> {
        let patience = if matches!(step, Step::Message) { MESSAGE_TIMEOUT } else { TIMEOUT };
        match tokio::time::timeout(patience, work).await {
            Ok(done) => done.map_err(|error| self.meaning(step, &error)),
            Err(_) => {
                let shown = format!("{}: no answer in {} seconds", self.server, patience.as_secs());
                Err(SendError::Later { shown })
            }
        }
    }

    fn meaning(&self, step: Step, error: &Error) -> SendError {
        let server = self.server;
        if let Some(why) = distrust(error) {
            return self.setup(&format!("its certificate is not to be trusted ({why})"));
        }
        let Some(status) = error.status() else {
            // The words of a connection that failed are the system's, not the server's.
            let why = if error.is_response() { "an answer that is no SMTP".to_owned() } else { cause(error) };
            return SendError::Later { shown: format!("{server}: {why}") };
        };
        let said = error.source().map(ToString::to_string).unwrap_or_default();
        let shown = match step {
            Step::Hello => format!("{server} refused the connection"),
            // A server may repeat the user here.
            Step::Login => {
                return if status.severity == Severity::PermanentNegativeCompletion {
                    self.setup(&format!("user or password is wrong ({status})"))
                } else {
                    SendError::Later { shown: format!("{server} put off the login ({status})") }
                };
            }
            Step::Sender => format!("{server} refused the sender"),
            Step::Recipient => format!("{server} refused the recipient"),
            Step::Message => format!("{server} refused the message"),
        };
        let shown = format!("{shown}: {status} {}", self.without_address(&said)).trim_end().to_owned();
        if status.severity == Severity::TransientNegativeCompletion {
            return SendError::Later { shown };
        }
        let is_about_the_recipient = matches!(step, Step::Recipient | Step::Message);
        if is_about_the_recipient && !is_policy(&status.to_string(), &said) {
            return SendError::Refused { shown };
        }
        SendError::Setup { shown }
    }

    /// What the server says, with every word gone that has a piece of the customer's address in it.
    fn without_address(&self, said: &str) -> String {
        let (local, domain) = self.to.rsplit_once('@').unwrap_or((self.to, ""));
        let (local, domain) = (local.to_lowercase(), domain.to_lowercase());
        let is_shown = |word: &&str| {
            let word = word.to_lowercase();
            let bare = word.trim_matches(|sign: char| !sign.is_alphanumeric());
            let has_local = if local.chars().count() < 4 { bare == local } else { word.contains(&local) };
            let has_domain = !domain.is_empty() && word.contains(&domain);
            !word.contains('@') && !has_local && !has_domain
        };
        let line = clean::line(said);
        let words: Vec<_> = line.split(' ').map(|word| if is_shown(&word) { word } else { "…" }).collect();
        words.join(" ").chars().take(LONGEST).collect()
    }
}

/// A refusal that says nothing about the recipient: the shop must log in, may not send for others, is on a list, or the
/// message as such was not wanted. Enhanced codes (RFC 3463) say which; without one, the words of the common servers.
fn is_policy(status: &str, said: &str) -> bool {
    if matches!(status, "530" | "534" | "535" | "538") {
        return true;
    }
    let enhanced = said.split_whitespace().next().unwrap_or_default();
    let mut fields = enhanced.split('.');
    match (fields.next(), fields.next()) {
        (Some("5"), Some(subject)) => matches!(subject, "3" | "5" | "6" | "7"),
        _ => ["relay", "authentication", "spam", "blocked", "blacklist", "denylist"]
            .iter()
            .any(|word| said.to_lowercase().contains(word)),
    }
}

/// Why the server's certificate was refused, if that was it.
fn distrust(error: &Error) -> Option<String> {
    let mut next = error.source();
    while let Some(cause) = next {
        // The error inside one of the system is not its source.
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let tls = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
        if let Some(rustls::Error::InvalidCertificate(why)) = tls.or_else(|| cause.downcast_ref()) {
            return Some(format!("{why}"));
        }
        next = cause.source();
    }
    None
}

/// The innermost words.
fn cause(error: &Error) -> String {
    let mut last: &dyn std::error::Error = error;
    while let Some(next) = last.source() {
        last = next;
    }
    clean::line(&last.to_string()).chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_customers_address_is_taken_out_of_what_a_server_says() {
        let refusals = Refusals { server: "mx:25", to: "Ada.Lovelace@example.com" };
        for (said, shown) in [
            (
                "5.1.1 <ada.lovelace@example.com>: Recipient address rejected",
                "5.1.1 … Recipient address rejected",
            ),
            ("user ada.lovelace unknown at example.com", "user … unknown at …"),
            ("quota exceeded\r\nsorry", "quota exceeded sorry"),
        ] {
            assert_eq!(refusals.without_address(said), shown);
        }
        let short = Refusals { server: "mx:25", to: "a@b.example" };
        assert_eq!(short.without_address("a <a> has no mailbox"), "… … has no mailbox");
    }

    #[test]
    fn a_policy_is_no_bounce() {
        for said in
            ["5.7.1 Relay access denied", "5.7.26 unauthenticated", "Relaying denied", "blocked using a list"]
        {
            assert!(is_policy("550", said), "{said}");
        }
        assert!(is_policy("530", "5.1.1 whatever"));
        for said in ["5.1.1 unknown", "5.2.2 mailbox full", "no such user", ""] {
            assert!(!is_policy("550", said), "{said}");
        }
    }
}
