//! `doorstep check-config`.

use super::{Common, Outcome, print, say};
use crate::config;

pub fn run(common: &Common) -> Outcome {
    let sources = common.sources();
    let config = config::load(&sources)?;
    for unused in [config::unused_address(&config), config::unused_database(&config)].iter().flatten() {
        say(unused);
    }
    print(&config::report(&sources))
}
