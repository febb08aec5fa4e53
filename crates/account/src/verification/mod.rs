//! Whose address it is: a mail proves it.

pub mod routes;
mod service;

pub use service::{Verification, With};
