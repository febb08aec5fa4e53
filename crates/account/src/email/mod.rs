//! Another address: a mail to the new one makes it the customer's, and for a week a mail to the former one takes that back.

pub mod routes;
mod service;

pub use service::{EmailChange, Owner};
