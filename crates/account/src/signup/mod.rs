//! Sign-up: one call makes the account and its first session.
//!
//! [`routes`] reads the form and shapes the answer. [`service`] checks everything that can be refused without cost,
//! takes a place in the hashing queue, hashes, and lets the store decide who was first.
//! [`idempotency`] makes a repeated request get the first one's answer.

mod idempotency;
pub mod routes;
mod service;

pub use service::{LONGEST_NAME, Signup, SignupTools, read_email};
