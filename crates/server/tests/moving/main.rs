//! A shop that changes its database: nobody is logged out, nothing is lost, whenever the move is cut off.
//!
//! `DOORSTEP_TEST_MOVE` names the engines whose pairs are tried ("sqlite postgres …"); SQLite alone when it names none.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod cuts;
mod following;
mod pairs;
mod shop;
