//! The binary as people and scripts meet it: standard output, standard error, exit codes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(clippy::disallowed_methods, reason = "how long another process takes is measured by the real clock")]

mod after_restore;
mod backup;
mod breached;
mod config;
mod doctor;
mod keys;
mod mail;
mod r#move;
mod open_files;
mod origins;
mod platform;
mod production;
mod serve;
mod spelling;
mod support;
mod users;
