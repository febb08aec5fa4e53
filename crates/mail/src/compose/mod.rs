//! The whole message (RFC 5322), as it goes over the wire.
//!
//! - `header.rs` writes header lines: folded, and encoded where a sign is beyond ASCII;
//! - `body.rs` writes the parts.

use doorstep_base::{Email, Timestamp};

use crate::from::address_parts;
use crate::{From, Letterhead, Rendered};

mod body;
mod header;
#[cfg(test)]
mod tests;

/// Ids become a part of `Message-ID`.
const LONGEST_ID: usize = 64;

/// Who gets it from whom, and when.
#[derive(Clone, Debug)]
pub struct Envelope {
    pub from: From,
    pub to: String,
    /// Unique: what stands before the @ of `Message-ID`.
    pub id: String,
    pub at: Timestamp,
}

/// Why no message was made. It never shows the customer's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    #[error("the address that the mail is for is none")]
    To,
    #[error("an id of a mail has up to {LONGEST_ID} letters, digits, - . and _")]
    Id,
    #[error("the time of the mail is none")]
    At,
    #[error("the logo is neither PNG nor JPEG")]
    Logo,
}

/// The message with its headers: the text, the same as HTML, and the logo if there is one.
pub fn compose(
    rendered: &Rendered,
    envelope: &Envelope,
    letterhead: &Letterhead,
) -> Result<Vec<u8>, ComposeError> {
    let to = Email::parse(&envelope.to).ok().and_then(|email| address_parts(email.as_typed()));
    let (local, domain) = to.ok_or(ComposeError::To)?;
    let id = &envelope.id;
    let is_id_sign = |sign: u8| sign.is_ascii_alphanumeric() || b"-_.".contains(&sign);
    let is_dotted = id.starts_with('.') || id.ends_with('.') || id.contains("..");
    if id.is_empty() || id.len() > LONGEST_ID || is_dotted || !id.bytes().all(is_id_sign) {
        return Err(ComposeError::Id);
    }
    let mut message = String::new();
    let mut add = |name: &str, value: &str| header::add(&mut message, name, value);
    add("From", &header::mailbox(envelope.from.name(), &envelope.from.address()));
    add("To", &format!("{local}@{domain}"));
    add("Subject", &header::text("Subject".len(), &rendered.subject));
    add("Date", &date(envelope.at).ok_or(ComposeError::At)?);
    // The sender's domain: others count against it.
    add("Message-ID", &format!("<{id}@{}>", envelope.from.domain()));
    // No out-of-office answers, neither by the standard (RFC 3834) nor by Exchange.
    add("Auto-Submitted", "auto-generated");
    add("X-Auto-Response-Suppress", "All");
    add("Content-Language", rendered.language.tag());
    add("MIME-Version", "1.0");
    message += &body::whole(rendered, id, letterhead).ok_or(ComposeError::Logo)?;
    Ok(message.into_bytes())
}

/// `Sun, 29 Nov 2026 14:02:00 +0000`
fn date(at: Timestamp) -> Option<String> {
    let moment = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
    Some(moment.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string())
}
