//! What customers are told by mail: from "what is to be told" to a message that an SMTP server has taken.
//!
//! - [`Templates`] makes subject, text and HTML of a [`Kind`], a language and [`Values`], with the shop's [`Letterhead`];
//! - [`compose`] makes the message of that, and [`Dkim`] signs it;
//! - [`Smtp`] hands it over to the server that a [`MailUrl`] names;
//! - [`lint`] says what a mail program or a spam filter would not like.
//!
//! Nothing here knows a store, a clock or a customer: time and ids are arguments.

mod clean;
mod compose;
mod contrast;
mod dkim;
mod from;
mod kind;
mod letterhead;
mod lint;
mod said;
#[cfg(feature = "smtp")]
mod smtp;
mod templates;
mod url;
mod values;
mod words;

pub use compose::{ComposeError, Envelope, compose};
pub use dkim::{Dkim, DkimError};
pub use from::{From, FromError};
pub use kind::Kind;
pub use letterhead::{Letterhead, Logo};
pub use lint::lint;
#[cfg(feature = "smtp")]
pub use smtp::{SendError, Smtp};
pub use templates::{RenderError, Rendered, TemplateError, Templates};
pub use url::{MailUrl, MailUrlError};
pub use values::Values;
