//! The system's clock and generator: the only places where Doorstep asks for the time or for chance.

use std::time::{SystemTime, UNIX_EPOCH};

use doorstep_base::{Clock, Random, Timestamp};

pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the Clock that everybody else is given")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(doorstep_base::time::millis(since))
    }
}

pub struct SystemRandom;

impl Random for SystemRandom {
    #[allow(clippy::disallowed_methods, reason = "this is the Random that everybody else is given")]
    fn fill(&self, bytes: &mut [u8]) {
        // Going on with predictable bytes would be worse than ending: every secret is made of them.
        if let Err(error) = getrandom::fill(bytes) {
            tracing::error!("the system gives no random bytes: {error}");
            std::process::abort();
        }
    }
}
