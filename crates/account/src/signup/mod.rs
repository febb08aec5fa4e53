//! Sign-up: one call makes the account and its first session.
//!
//! [`form`] reads what was sent. [`service`] checks everything that can be refused without cost, counts, waits in the
//! hashing queue, hashes, and lets the store decide who was first. [`repeat`] makes a repeated request get the first
//! one's answer.

mod form;
mod repeat;
pub mod routes;
mod service;
mod taken;

pub use form::{ALL_REQUIRED, LONGEST_NAME, read_email};
pub use service::Signup;
pub use taken::TakenWatch;
