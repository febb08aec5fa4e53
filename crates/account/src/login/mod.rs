//! Login: e-mail and password for a session, alike for known and unknown addresses in body, headers, status and time.

pub mod routes;
mod service;

pub use service::Login;
