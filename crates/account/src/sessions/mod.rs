//! Sessions: one row for each signed-in device, whatever carries its secret.
//!
//! [`open`] makes a session and the answer that hands it over; [`check`] asks on every request whether it still lives;
//! [`service`] lists and ends them.

pub mod check;
pub mod open;
pub mod routes;
pub mod service;

use std::time::Duration;

use doorstep_store::SessionMode;

pub use check::Checker;
pub use open::{Opener, SessionAnswer, SessionSecrets};
pub use service::Sessions;

#[derive(Clone, Debug)]
pub struct SessionConfig {
    pub modes: Vec<SessionMode>,
    /// A session that is not used for this long ends.
    pub idle: Duration,
    /// No session lives longer, however much it is used.
    pub absolute: Duration,
    /// Of more live sessions than this the least recently used ends.
    pub most_per_customer: u32,
}
