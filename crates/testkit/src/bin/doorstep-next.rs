//! `doorstep` as the next release would be, with a schema that is one additive step ahead: see tests/rolling.

use std::process::ExitCode;

fn main() -> ExitCode {
    doorstep_server::commands::run()
}
