//! A load generator for the bench. Every command prints one JSON object on stdout.
//!
//! `load closed …`  a fixed number of connections, each sends its next request when the last one is answered
//! `load paced …`   requests leave by the clock (open loop): waiting behind a slow answer counts as latency
//! `load burst …`   every request at the same moment, each on a connection of its own

// Measuring real time is what a bench is for.
#![allow(clippy::disallowed_methods)]

mod arguments;
mod burst;
mod closed;
mod http;
mod paced;
mod requests;
mod stats;

use arguments::Arguments;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    let cpu = stats::CpuClock::start(arguments.server_pid)?;
    let outcome = match arguments.command.as_str() {
        "closed" => closed::run(&arguments)?,
        "paced" => paced::run(&arguments)?,
        "burst" => burst::run(&arguments)?,
        other => return Err(format!("closed, paced or burst, not {other}").into()),
    };
    println!("{}", stats::report(&outcome, &cpu.stop(outcome.seconds)?));
    Ok(())
}
