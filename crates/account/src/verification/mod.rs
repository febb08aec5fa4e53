//! Whose address it is: a mail proves it.

pub mod routes;
mod service;
mod with;

pub use service::Verification;
pub use with::With;
