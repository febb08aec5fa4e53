//! The HTTP stack over real sockets: a server on its own port and database for every test.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod app_shells;
mod bounds;
mod console;
mod cors;
mod crowds;
mod faults;
mod forms;
mod headers;
mod hosts;
mod idle;
mod master_key;
mod network;
mod origins;
mod pages;
mod paths;
mod stop;
