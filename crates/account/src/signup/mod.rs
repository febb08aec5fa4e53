//! Sign-up: one call makes the account and its first session.
//!
//! [`form`] reads what was sent. [`conceal`] is the other way, where the address has to be proven first. [`service`] checks everything that can be refused without cost, counts, waits in the
//! hashing queue, hashes, and lets the store decide who was first. [`repeat`] makes a repeated request get the first
//! one's answer.

mod conceal;
mod form;
mod repeat;
pub mod routes;
mod service;
mod taken;

pub use form::{ALL_REQUIRED, LONGEST_NAME, read_email, read_email_in};
pub use service::{Outcome, ProvesAddress, Signup};
pub use taken::TakenWatch;
