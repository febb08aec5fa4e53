//! Mails on their way out of the program: made, signed, and handed to the mail server, or kept in the [`Mailbox`] of dev mode.

mod mailbox;
mod post;
#[cfg_attr(not(feature = "smtp"), path = "smtp_absent.rs")]
mod smtp;

pub use mailbox::{Kept, Mailbox};
pub use post::{Outgoing, Setup};
