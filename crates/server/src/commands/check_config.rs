//! `doorstep check-config`.

use super::{Common, Outcome, print};
use crate::config;

pub fn run(common: &Common) -> Outcome {
    let sources = common.sources();
    config::load(&sources)?;
    print(&config::report(&sources))
}
