//! The customer's own data: read, change, new password, delete, export.

mod export;
mod password;
pub mod routes;
mod service;
mod view;

pub use export::Export;
pub use service::{Parts, Profile};
pub use view::UserView;
