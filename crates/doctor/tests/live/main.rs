//! `doorstep doctor` against servers of every kind: healthy ones, ones with one thing wrong, and hostile ones.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod causes;
mod healthy;
mod hostile;
mod support;
mod tls;
