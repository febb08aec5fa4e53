//! Login: e-mail and password for a session, alike for known and unknown addresses in body, headers, status and time.

mod limited;
pub mod routes;
mod service;

pub use limited::Limited;
pub use service::Login;
