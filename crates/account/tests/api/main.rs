//! The API as clients see it: a real server on its own port and database, real requests, a clock that the test moves.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod addresses;
mod budgets;
mod email;
mod events;
mod hashing;
mod hostile;
mod languages;
mod limits;
mod links;
mod login;
mod mailed_login;
mod mails;
mod networks;
mod parked;
mod password;
mod profile;
mod recovery;
mod sessions;
mod signup;
mod signup_proof;
mod support;
mod tokens;
mod vectors;
mod verification;
