//! Hands a message over to a mail server (SMTP).
//!
//! The steps are taken one by one, because what an answer means depends on the step: 550 for the recipient is a bounce, 550
//! for the sender is a mistake of the shop's. What is given up half way is closed and never used again.
//!
//! - `connection.rs` opens a connection, and keeps it for the next mail;
//! - `refusal.rs` says what an answer means.

use std::time::Duration;

use doorstep_base::Email;
use lettre::Address;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};

use crate::MailUrl;
use crate::from::address_parts;

mod connection;
mod refusal;
#[cfg(test)]
mod tests;

use connection::Connections;
pub use refusal::SendError;
use refusal::{Refusals, Step};

/// For each step. A server that takes longer is asked again later.
const TIMEOUT: Duration = Duration::from_secs(30);
/// A server that looks through a message takes its time, and delivers it also when nobody waits any more: whoever leaves early and
/// comes again makes it deliver twice (RFC 5321, section 4.5.3.2.6, asks for ten minutes).
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(300);

/// A mail server, and a few connections to it.
pub struct Smtp {
    connections: Connections,
}

impl Smtp {
    /// `hello_name` is how this program names itself: the sender's domain, or the shop's. Nothing is connected yet.
    pub fn new(url: &MailUrl, hello_name: &str) -> Result<Self, SendError> {
        Ok(Self { connections: Connections::new(url, hello_name)? })
    }

    /// One message to one recipient. When the connection ends while the server decides, it may arrive twice.
    pub async fn send(&self, from: &str, to: &str, message: &[u8]) -> Result<(), SendError> {
        let refusals = self.connections.refusals(to);
        let from = address(from).ok_or_else(|| refusals.setup("the sender's address is none"))?;
        let to = address(to).ok_or_else(|| refusals.refused("the recipient's address is none"))?;
        let _turn = self.connections.turn().await;
        let mut connection = self.connections.take(&refusals).await?;
        let sent = transaction(&mut connection, &from, &to, message, &refusals).await;
        // After these two the server waits for the next mail.
        if matches!(sent, Ok(()) | Err(SendError::Refused { .. })) {
            self.connections.keep(connection);
        }
        sent
    }
}

async fn transaction(
    connection: &mut AsyncSmtpConnection,
    from: &Address,
    to: &Address,
    message: &[u8],
    refusals: &Refusals<'_>,
) -> Result<(), SendError> {
    let can = |extension| connection.server_info().supports_feature(extension);
    let mut parameters = Vec::new();
    if !to.user().is_ascii() {
        if !can(Extension::SmtpUtfEight) {
            return Err(refusals.refused("it takes no addresses with letters beyond ASCII"));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !message.is_ascii() {
        if !can(Extension::EightBitMime) {
            return Err(refusals.refused("it takes no headers with letters beyond ASCII"));
        }
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let mail = Mail::new(Some(from.clone()), parameters);
    refusals.step(Step::Sender, connection.command(mail)).await?;
    refusals.step(Step::Recipient, connection.command(Rcpt::new(to.clone(), Vec::new()))).await?;
    refusals.step(Step::Message, connection.command(Data)).await?;
    // The library ends the last line itself.
    let message = message.strip_suffix(b"\r\n").unwrap_or(message);
    refusals.step(Step::Message, connection.message(message)).await?;
    Ok(())
}

fn address(text: &str) -> Option<Address> {
    Email::parse(text).ok()?;
    let (local, domain) = address_parts(text)?;
    Address::new(local, domain).ok()
}
