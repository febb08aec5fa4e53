//! What has happened to an account, as its customer reads it.

mod cursor;
pub mod routes;
mod said;
mod service;

pub use service::Events;
