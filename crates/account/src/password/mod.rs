//! Passwords: which ones are accepted, how they are kept, and who may use the processor for it.
//!
//! [`Passwords`] is what the features use: it checks a new password, hashes it, and verifies a given one, all on the
//! bounded [`pool`]. Policy: NIST SP 800-63B-4 §3.1.1.2, ASVS 6.2.

mod breach;
mod common;
mod policy;
mod pool;
mod record;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use argon2id::Params;
use doorstep_base::{Code, Random};
use doorstep_web::{ApiError, Counted};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

pub use policy::{AcceptedPassword, Identity, Policy};
pub use pool::{Pool, Slot};
pub use record::is_importable;

/// What new passwords must be like and what a hash costs.
#[derive(Clone, Debug)]
pub struct PasswordConfig {
    /// In code points.
    pub min_length: usize,
    pub max_length: usize,
    pub memory_kib: u32,
    pub passes: u32,
    /// Hashes at once; each holds `memory_kib`.
    pub slots: usize,
    /// How many more may wait.
    pub queue: usize,
    pub queue_deadline: Duration,
    /// After this long without work a slot gives its memory back.
    pub idle_release: Duration,
    /// Folder with range files of a breached-password list.
    pub breach_ranges: Option<PathBuf>,
}

pub struct Passwords {
    policy: Policy,
    params: Params,
    pool: Pool,
    random: Arc<dyn Random>,
}

/// A password as it is hashed: NFC, so that one typed on iOS (decomposed) and on Android (composed) is the same.
/// Nothing else is changed: no trimming, no case, no cutting. Wiped when dropped.
#[derive(Clone)]
pub struct Password {
    normalised: Zeroizing<String>,
    as_sent: Zeroizing<String>,
}

impl Password {
    pub fn new(as_sent: String) -> Self {
        Self { normalised: Zeroizing::new(as_sent.nfc().collect()), as_sent: Zeroizing::new(as_sent) }
    }

    fn code_points(&self) -> usize {
        self.normalised.chars().count()
    }
}

/// What verifying came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, and here is the record to store instead: the parameters or the format have moved on.
    RightRehashed(String),
}

impl Passwords {
    pub fn new(
        config: &PasswordConfig,
        shop: &str,
        random: Arc<dyn Random>,
    ) -> Result<Self, argon2id::Error> {
        let params = Params::new(config.memory_kib, config.passes)?;
        Ok(Self { policy: Policy::new(config, shop), params, pool: Pool::start(config), random })
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// A place in the queue, or `busy` at once. Take it before anything is counted or written: a request that
    /// cannot be served must not cost its sender an attempt.
    pub fn reserve(&self) -> Result<Slot, ApiError> {
        self.pool.reserve().ok_or_else(|| ApiError::new(Code::Busy))
    }

    /// The record to store for a new password.
    pub async fn hash(&self, slot: Slot, password: AcceptedPassword) -> Result<String, ApiError> {
        let (params, salt) = (self.params, doorstep_base::random::bytes::<16>(&*self.random));
        let password = password.into_given();
        let made = slot.run(move |memory| record::make(params, &salt, &password, memory)).await;
        made.ok_or_else(|| ApiError::new(Code::Busy))?
            .map_err(|error| ApiError::new(Code::Unavailable).cause(&error))
    }

    /// Whether the password opens the record. Where there is none (no such account), or none that costs work, the
    /// work is done for nothing: time must not tell. No password is looked at before the attempt was counted.
    pub async fn verify(
        &self,
        slot: Slot,
        _counted: &Counted,
        password: Password,
        stored: Option<String>,
    ) -> Result<Verdict, ApiError> {
        let (params, salt) = (self.params, doorstep_base::random::bytes::<16>(&*self.random));
        let verified = slot.run(move |memory| {
            let stored = stored.as_deref().unwrap_or_default();
            match record::verify(stored, &password, memory)? {
                None => record::make(params, &salt, &password, memory).map(|_| Verdict::Wrong),
                Some(false) => Ok(Verdict::Wrong),
                Some(true) if record::is_current(stored, params) => Ok(Verdict::Right),
                Some(true) => record::make(params, &salt, &password, memory).map(Verdict::RightRehashed),
            }
        });
        let verdict = verified.await.ok_or_else(|| ApiError::new(Code::Busy))?;
        verdict.map_err(|error| ApiError::new(Code::Unavailable).cause(&error))
    }
}
