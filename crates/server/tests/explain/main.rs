//! What the server says of requests that fail: in its log, in the answer's `hint` and in the console's feed; and what it
//! never says.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod address;
mod body;
mod cookies;
mod echo;
mod log;
mod origins;
mod secrets;
mod tree;
