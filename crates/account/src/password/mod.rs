//! Passwords: which ones are accepted, how they are kept, and who may use the processor for it.
//!
//! [`Passwords`] is what the features use: it checks a new password, hashes it, and verifies a given one, all on the
//! bounded [`pool`]. Policy: NIST SP 800-63B-4 §3.1.1.2, ASVS 6.2.

pub mod breached;
mod common;
mod cost;
mod lately;
mod level;
mod origin;
mod policy;
mod pool;
mod record;
mod sent_away;
mod turns;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use argon2id::{Memory, Params};
use doorstep_base::{Clock, Code, CustomerId, Random};
use doorstep_web::{ApiError, Caller, Counted};
use tokio::time::Instant;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

pub use cost::{Kind, Yardstick};
use level::{Level, Paid};
use origin::Origin;
pub use policy::{AcceptedPassword, Identity, Policy};
use pool::{Asker, NotDone, Pool};
pub use record::importable;

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
    /// A file that `doorstep breached build` made.
    pub breached_file: Option<PathBuf>,
}

/// Why there can be no passwords with these settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("the password settings cannot be used: {0}")]
    Cost(#[from] argon2id::Error),
    #[error("[passwords] breached_file: {0}")]
    BreachedFile(#[from] breached::OpenError),
}

pub struct Passwords {
    policy: Policy,
    params: Params,
    pool: Pool,
    level: Level,
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

/// By whom the work is asked for.
#[derive(Clone, Copy)]
pub struct By<'a> {
    pub caller: &'a Caller,
    /// Whose session or device it is.
    pub known: Option<CustomerId>,
}

impl By<'_> {
    fn origin(self) -> Origin {
        Origin::of(&self.caller.client.network, self.known)
    }
}

impl<'a> From<&'a Caller> for By<'a> {
    /// Somebody of whom nothing is known.
    fn from(caller: &'a Caller) -> Self {
        Self { caller, known: None }
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
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, SettingsError> {
        let params = Params::new(config.memory_kib, config.passes)?;
        let (policy, pool) = (Policy::new(config, shop)?, Pool::start(config));
        Ok(Self { policy, params, pool, level: Level::new(clock), random })
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Says `busy` to a caller who would find no place in the queue. Asked before the attempt is counted, so that a
    /// flood of refusals costs neither the database nor anybody's attempts; a place is taken only by what was counted.
    pub async fn expect_room(&self, by: By<'_>) -> Result<(), ApiError> {
        match self.pool.has_room(by.origin()).await {
            true => Ok(()),
            false => Err(Code::Busy.into()),
        }
    }

    /// The record to store for a new password. Uses the attempt up when it begins.
    pub async fn hash(
        &self,
        by: By<'_>,
        counted: &Counted,
        password: AcceptedPassword,
    ) -> Result<String, ApiError> {
        let (params, salt) = (self.params, doorstep_base::random::bytes::<16>(&*self.random));
        let password = password.into_given();
        let made = self.run(by, counted, move |memory| record::make(params, &salt, &password, memory));
        made.await
    }

    /// Whether the password opens the record. Where there is none (no such account), or none that costs work, the
    /// work is done for nothing: time must not tell. No password is looked at before the attempt was counted, and it stays
    /// counted from the moment in which the work begins.
    pub async fn verify(
        &self,
        by: By<'_>,
        counted: &Counted,
        password: Password,
        stored: Option<String>,
    ) -> Result<Verdict, ApiError> {
        let (params, salt) = (self.params, doorstep_base::random::bytes::<16>(&*self.random));
        let check = Check { params, salt, password, stored: stored.unwrap_or_default() };
        let (verdict, paid) = self.run(by, counted, move |memory| check.carry_out(memory)).await?;
        self.level.note(&paid);
        if verdict == Verdict::Wrong {
            // Without a slot: whoever waits here keeps nobody else from being checked.
            tokio::time::sleep_until(paid.begun + self.level.refusal()).await;
        }
        Ok(verdict)
    }

    async fn run<T: Send + 'static>(
        &self,
        by: By<'_>,
        counted: &Counted,
        work: impl FnOnce(&mut Memory) -> Result<T, argon2id::Error> + Send + 'static,
    ) -> Result<T, ApiError> {
        let asker = Asker::new(by.origin(), by.caller.gone.clone(), counted);
        let done = self.pool.run(asker, work).await.map_err(not_done)?;
        done.map_err(|error| ApiError::new(Code::Unavailable).cause(&error))
    }
}

fn not_done(why: NotDone) -> ApiError {
    match why {
        NotDone::Busy | NotDone::Late | NotDone::Gone => Code::Busy.into(),
        NotDone::Broken => ApiError::new(Code::Internal).cause("a password check broke down"),
    }
}

/// A verification as a hashing thread does it.
struct Check {
    params: Params,
    salt: [u8; 16],
    password: Password,
    stored: String,
}

impl Check {
    fn carry_out(&self, memory: &mut Memory) -> Result<(Verdict, Paid), argon2id::Error> {
        let begun = Instant::now();
        let opened = record::verify(&self.stored, &self.password, memory)?;
        if opened.is_none() {
            self.make(memory)?;
        }
        let is_current = record::is_current(&self.stored, self.params);
        // The work for nothing is that of a current record.
        let foreign = record::kind(&self.stored).filter(|_| opened.is_some() && !is_current);
        let paid = Paid { begun, took: begun.elapsed(), foreign };
        let verdict = match opened {
            Some(true) if is_current => Verdict::Right,
            Some(true) => Verdict::RightRehashed(self.make(memory)?),
            Some(false) | None => Verdict::Wrong,
        };
        Ok((verdict, paid))
    }

    fn make(&self, memory: &mut Memory) -> Result<String, argon2id::Error> {
        record::make(self.params, &self.salt, &self.password, memory)
    }
}
