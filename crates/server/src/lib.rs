//! The server around the accounts: configuration, wiring, the HTTP stack and the commands. No rules.
//!
//! [`wire::start`] makes a running server of a [`config::Config`]; the binary and the tests both use it.

pub mod commands;
pub mod config;
mod console;
mod disk;
mod erasures;
pub mod explain;
pub mod http;
mod jobs;
pub mod log;
mod mail;
mod memory;
pub mod r#move;
pub mod origins;
pub mod system;
pub mod wire;
