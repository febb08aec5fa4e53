//! `doorstep doctor --project`: every break of a project gives its one finding, a healthy project gives none.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(
    clippy::disallowed_methods,
    reason = "how long a hostile folder holds the doctor up is measured by the real clock"
)]

mod flutter;
mod forms;
mod healthy;
mod hostile;
mod next;
mod packages;
mod settings;
mod support;
mod vite;
