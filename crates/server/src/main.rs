//! `doorstep`: reads the command line and leaves the rest to [`doorstep_server::commands`].

use std::process::ExitCode;

fn main() -> ExitCode {
    doorstep_server::commands::run()
}
