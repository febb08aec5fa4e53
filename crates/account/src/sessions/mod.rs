//! Sessions: one row for each signed-in device, whatever carries its secret.
//!
//! [`enter`] is the one way to get a session: [`open`] makes it, [`welcome`] hands it over. [`check`] asks on every request
//! whether it still lives; [`service`] lists and ends them, [`repeat`] hands one over again.

mod check;
mod enter;
mod former;
mod open;
mod proof;
mod repeat;
pub mod routes;
mod service;
mod welcome;

use std::time::Duration;

use doorstep_store::SessionMode;

pub use check::Checker;
pub use enter::{Attempt, Budgets, Door};
pub use former::EndFormer;
pub use open::{Opener, SessionAnswer, SessionSecrets};
pub use proof::{Entered, Entering, Proof};
pub use repeat::{FirstAnswer, Labels, Repeater};
pub use service::Sessions;
pub use welcome::{Greeting, Welcome, welcome};

#[derive(Clone, Debug)]
pub struct SessionConfig {
    pub modes: Vec<SessionMode>,
    /// A session that is not used for this long ends.
    pub idle: Duration,
    /// No session lives longer, however much it is used.
    pub absolute: Duration,
    /// Of more live sessions than this the least recently used ends.
    pub most_per_customer: u32,
    /// Whether a logout also tells the browser to forget every cookie of the site.
    pub clear_site_data: bool,
}
