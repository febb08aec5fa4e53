//! The log: lines on standard error, as text for people or JSON for machines, by `tracing` and (one line a request) by
//! [`AccessLog`]. Never a query string, a header, a cookie or a body.

mod access;
mod panic;
mod tags;
mod trace;
mod writer;

use tracing_subscriber::filter::LevelFilter;

pub use access::{AccessLog, Entry};
pub use panic::{Caught, InRequest};
pub use tags::Tags;
pub use trace::TraceId;
pub use writer::{Guard, Writer};

use crate::config::{Log, LogFormat, LogLevel};

/// Marks an answer that leaves no line in the log: one that a page asks for once a second while it is open.
#[derive(Clone, Copy)]
pub struct Unlogged;

/// Starts the log of the process. Once: later calls leave the first in place.
pub fn start(config: &Log, is_dev: bool) -> std::io::Result<(AccessLog, Guard)> {
    let (writer, guard) = Writer::start(std::io::stderr())?;
    let format = config.format.unwrap_or(if is_dev { LogFormat::Text } else { LogFormat::Json });
    let level = match config.level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let builder =
        tracing_subscriber::fmt().with_max_level(level).with_writer(writer.clone()).with_target(false);
    let _ = match format {
        LogFormat::Text => tracing::subscriber::set_global_default(builder.with_ansi(false).finish()),
        LogFormat::Json => {
            tracing::subscriber::set_global_default(builder.json().flatten_event(true).finish())
        }
    };
    panic::install_hook();
    let log = if level >= LevelFilter::INFO { AccessLog::new(writer, format) } else { AccessLog::off() };
    Ok((log, guard))
}
