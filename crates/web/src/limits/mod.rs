//! How often something may be tried. Counted in the store, before any secret is looked at.
//!
//! [`key`] lists the limits, the table of routes says which of them bound a route, [`quota`] tells what is left.

mod giveback;
mod key;
mod quota;

use std::sync::Arc;

use doorstep_base::{Clock, Code, MasterKeys, Secret, Timestamp, crypto};
use doorstep_store::{AttemptLimit, Attempts, Counted as Outcome, Restore, StoreResult};

pub use giveback::Receipt;
use key::OnSuccess;
pub use key::{LimitKey, Per, Rate, Rates};
pub use quota::Counted;
use quota::Quota;

use crate::network::around;
use crate::{ApiError, Caller};

pub struct Limits {
    attempts: Arc<dyn Attempts>,
    clock: Arc<dyn Clock>,
    /// Keys are keyed hashes: a dump of the counters names neither addresses nor networks.
    secret: Secret,
    rates: Rates,
}

/// Whom an attempt is about, in bytes that are the same every time. Known and unknown accounts are counted alike.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    /// Nobody yet: networks are all that counts.
    Nobody,
    /// Whoever shows something that nothing is known of, where somebody known has a budget of their own.
    Unknown,
    /// The customer who is signed in, or has just shown to be this one.
    Account(&'a [u8]),
    /// An account, tried from somewhere.
    Stranger(&'a [u8]),
    /// A place where the account's customer has signed in before. Like what follows from a session it does not count for its
    /// networks: a neighbour who guesses, or who shares the address, must not keep the owner out.
    Device(&'a [u8]),
    Session(&'a [u8]),
    /// The same where the sessions of one account are counted together too.
    SessionOf {
        session: &'a [u8],
        account: &'a [u8],
    },
}

impl<'a> Whose<'a> {
    /// What a limit of this kind counts by, if anything.
    fn subject(self, per: Per) -> Option<&'a [u8]> {
        match (self, per) {
            (Self::Account(subject) | Self::SessionOf { account: subject, .. }, Per::Account)
            | (Self::Stranger(subject), Per::Stranger)
            | (Self::Device(subject), Per::Device)
            | (Self::Session(subject) | Self::SessionOf { session: subject, .. }, Per::Session) => {
                Some(subject)
            }
            _ => None,
        }
    }

    const fn counts_networks(self) -> bool {
        matches!(self, Self::Nobody | Self::Unknown | Self::Stranger(_))
    }
}

impl Limits {
    /// Counters of the other master key are not found again: with a new one, counting begins anew.
    pub fn new(
        attempts: Arc<dyn Attempts>,
        clock: Arc<dyn Clock>,
        master: &MasterKeys,
        rates: Rates,
    ) -> Self {
        Self { attempts, clock, secret: master.derive("attempt counters", &[]).current, rates }
    }

    /// Counts one attempt under every limit of the route's line that is about `whose`, or refuses it.
    pub async fn count(&self, caller: &Caller, whose: Whose<'_>) -> Result<Counted, ApiError> {
        let counted = self.count_under(caller.rules.limits, caller, whose).await?;
        counted.use_up();
        Ok(counted)
    }

    /// The same for an attempt that is given back unless it is used up: see [`Receipt`].
    pub async fn count_unless_unused(&self, caller: &Caller, whose: Whose<'_>) -> Result<Counted, ApiError> {
        self.count_under(caller.rules.limits, caller, whose).await
    }

    /// The same under the limits of a request that came again (Idempotency-Key).
    pub async fn count_repeat(&self, caller: &Caller, whose: Whose<'_>) -> Result<Counted, ApiError> {
        self.count_under(caller.rules.repeat_limits, caller, whose).await
    }

    async fn count_under(
        &self,
        keys: &'static [LimitKey],
        caller: &Caller,
        whose: Whose<'_>,
    ) -> Result<Counted, ApiError> {
        let counts = |key: &LimitKey| match key.per() {
            Per::Network => whose.counts_networks(),
            per => whose.subject(per).is_some(),
        };
        let first = keys.iter().copied().find(counts).ok_or_else(unnamed)?;
        let is_known = !matches!(whose, Whose::Nobody | Whose::Unknown);
        if is_known && first.per() == Per::Network {
            return Err(unnamed());
        }
        if matches!(whose, Whose::Nobody)
            && let Some(key) = keys.iter().find(|key| key.per() != Per::Network)
        {
            return Err(nobody(*key));
        }
        let mut taken = Taken::default();
        for key in keys.iter().copied().filter(counts) {
            match whose.subject(key.per()) {
                Some(subject) => taken.add(key, self.limit(key, subject)),
                None if caller.client.is_exempt || caller.client.is_proxy => {}
                None => self.add_networks(key, &caller.client.network, &mut taken),
            }
        }
        self.count_taken(first, taken).await
    }

    /// Counts one attempt under this limit, which the route's line does not name: where a setting makes the route do more.
    pub async fn count_besides(&self, key: LimitKey, subject: &[u8]) -> Result<Counted, ApiError> {
        let mut taken = Taken::default();
        taken.add(key, self.limit(key, subject));
        let counted = self.count_taken(key, taken).await?;
        counted.use_up();
        Ok(counted)
    }

    async fn count_taken(&self, first: LimitKey, taken: Taken) -> Result<Counted, ApiError> {
        if taken.limits.is_empty() {
            return Ok(Counted::exempt());
        }
        let now = self.clock.now();
        let quota = Some(self.count_all(first, &taken, now).await?);
        let receipt = Arc::new(Receipt::of(&self.attempts, &self.clock, taken.limits, now));
        Ok(Counted { quota, receipt, on_success: taken.on_success })
    }

    fn add_networks(&self, key: LimitKey, network: &str, taken: &mut Taken) {
        for (network, width) in around(network) {
            let rate = self.rates.of(key).percent(key.allowance(width));
            taken.add(key, self.limit_at(key, network.as_bytes(), rate));
        }
    }

    /// Counts what refuses nobody, and says when somebody should be told: at most once in the limit's window, on all nodes
    /// together, and only while it happens more often than the limit has it.
    pub async fn is_noticed(&self, key: LimitKey) -> Result<bool, ApiError> {
        let now = self.clock.now();
        let counted = self.attempts.count_attempt_if_below(&[self.limit(key, b"all")], now).await?;
        if matches!(counted, Outcome::Allowed { .. }) {
            return Ok(false);
        }
        let once = Rate { limit: 1, window: self.rates.of(key).window };
        let told = self.limit_at(key, b"told", once);
        let told = self.attempts.count_attempt_if_below(&[told], now).await?;
        Ok(matches!(told, Outcome::Allowed { .. }))
    }

    /// Counts what refuses nobody either, and says whether there is room for it.
    pub async fn allows(&self, key: LimitKey, subject: &[u8]) -> StoreResult<bool> {
        let now = self.clock.now();
        let counted = self.attempts.count_attempt_if_below(&[self.limit(key, subject)], now).await?;
        Ok(matches!(counted, Outcome::Allowed { .. }))
    }

    /// The rate that the configuration has for it.
    pub const fn rate(&self, key: LimitKey) -> Rate {
        self.rates.of(key)
    }

    fn limit(&self, key: LimitKey, subject: &[u8]) -> AttemptLimit {
        self.limit_at(key, subject, self.rates.of(key))
    }

    fn limit_at(&self, key: LimitKey, subject: &[u8], rate: Rate) -> AttemptLimit {
        let key = crypto::mac(self.secret.expose(), &[key.counter().as_bytes(), subject]);
        AttemptLimit { key, limit: rate.limit, window: rate.window }
    }

    /// `first` stands for all of them in the headers.
    async fn count_all(&self, first: LimitKey, taken: &Taken, now: Timestamp) -> Result<Quota, ApiError> {
        let (policy, rate) = (first.policy(), self.rates.of(first));
        match self.attempts.count_attempt_if_below(&taken.limits, now).await? {
            Outcome::Allowed { remaining, reset } => Ok(Quota { policy, rate, remaining, reset }),
            Outcome::Refused { retry_after, first } => {
                metrics::counter!("doorstep_limited_total", "limit" => policy).increment(1);
                let refusal = Quota { policy, rate, remaining: 0, reset: retry_after }.refusal();
                Err(taken.keys.get(first).into_iter().fold(refusal, |refusal, key| refusal.limit(*key)))
            }
        }
    }
}

/// The counters that an attempt stands in, and what a success does to them.
#[derive(Default)]
struct Taken {
    keys: Vec<LimitKey>,
    limits: Vec<AttemptLimit>,
    on_success: Vec<Restore>,
}

impl Taken {
    fn add(&mut self, key: LimitKey, limit: AttemptLimit) {
        self.keys.push(key);
        self.limits.push(limit);
        match key.on_success() {
            OnSuccess::Stays => {}
            OnSuccess::GivesBack => self.on_success.push(Restore::GiveBack(limit)),
            OnSuccess::Clears => self.on_success.push(Restore::Clear(limit.key)),
        }
    }
}

fn unnamed() -> ApiError {
    ApiError::new(Code::Internal).cause("something is counted, but the route's line names no limit for it")
}

fn nobody(key: LimitKey) -> ApiError {
    ApiError::new(Code::Internal).cause(&format!("{} counts somebody, and nobody was named", key.name()))
}
