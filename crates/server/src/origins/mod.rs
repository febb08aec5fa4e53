//! Which pages may call, while the server runs: the list of `[cors] origins` is edited ([`file`]) and taken up ([`live`]) without
//! a restart. Why: `docs/decisions/live-origins.md`.

mod array;
mod file;
mod live;

pub use file::{EditError, Edited, add, remove};
pub use live::LiveOrigins;
