//! A forgotten password: a mail proves whose account it is, and the account gets a new one.

pub mod routes;
mod service;
mod shown;

pub use service::{Recovery, code_wrong, proven, spent};
pub use shown::Shown;
