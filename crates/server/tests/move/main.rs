//! A shop that changes its database: nobody is logged out, nothing is lost, whenever the move is cut off.
//!
//! `DOORSTEP_TEST_MOVE` names the engines that take part ("sqlite postgres …"); SQLite alone when it names none.
//! With `DOORSTEP_TEST_MOVE_PAIRS=all` every source meets every target.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod cuts;
mod following;
mod pairs;
mod shop;
