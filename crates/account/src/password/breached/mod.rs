//! Breached passwords: which lists a new password is looked up in. The lists are files of this machine, so nothing leaves it;
//! off by default.

mod build;
mod format;
mod input;
mod ranges;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use build::{BuildError, Builder, Built};
#[cfg(test)]
use format::Damaged;
pub use format::{BreachedFile, OpenError, key_of};
pub(super) use format::{Filter, InMemory};
pub use input::{Input, InputError, Taken};
use ranges::BreachRanges;

use super::{Password, PasswordConfig};

/// The lists of the configuration, on the disk.
#[derive(Clone)]
pub(super) struct Lists(Arc<OnDisk>);

struct OnDisk {
    ranges: Option<BreachRanges>,
    file: Option<BreachedFile>,
}

impl Lists {
    /// `None` where none is configured.
    pub fn open(config: &PasswordConfig) -> Result<Option<Self>, OpenError> {
        let ranges = config.breach_ranges.clone().map(BreachRanges::new);
        let file = config.breached_file.as_deref().map(BreachedFile::open).transpose()?;
        if let Some(file) = &file {
            tracing::info!("new passwords are looked up among {} breached ones", file.passwords());
        }
        let is_any = ranges.is_some() || file.is_some();
        Ok(is_any.then(|| Self(Arc::new(OnDisk { ranges, file }))))
    }

    /// Whether the password is in one of them. The disk may be slow: no thread that serves others waits for it.
    pub async fn contain(&self, password: &Password) -> bool {
        let (lists, password) = (self.0.clone(), password.clone());
        let looked_up = tokio::task::spawn_blocking(move || lists.contain(&password.normalised)).await;
        looked_up.unwrap_or_else(|error| {
            tracing::warn!(%error, "a look-up among breached passwords broke down; the password was not looked up");
            false
        })
    }
}

impl OnDisk {
    fn contain(&self, password: &str) -> bool {
        self.file.as_ref().is_some_and(|file| file.contains(password))
            || self.ranges.as_ref().is_some_and(|ranges| ranges.contains(password))
    }
}
