//! The address book: a customer's addresses, at most one of them the default for shipping and one for billing.

pub mod routes;
mod service;

pub use routes::AddressView;
pub use service::AddressBook;
