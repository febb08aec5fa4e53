//! How often something may be tried. Counted in the store, before any secret is looked at.
//!
//! [`key`] lists the limits, the table of routes says which of them bound a route, [`quota`] tells what is left.

mod giveback;
mod key;
mod quota;

use std::sync::Arc;

use doorstep_base::{Clock, Code, MasterKey, Secret, Timestamp, crypto};
use doorstep_store::{AttemptLimit, Attempts, Counted as Outcome};

pub use giveback::Receipt;
pub use key::{LimitKey, Per, Rate, Rates};
pub use quota::Counted;
use quota::Quota;

use crate::{ApiError, Caller};

pub struct Limits {
    attempts: Arc<dyn Attempts>,
    clock: Arc<dyn Clock>,
    /// Keys are keyed hashes: a dump of the counters names neither addresses nor networks.
    secret: Secret,
    rates: Rates,
}

impl Limits {
    pub fn new(attempts: Arc<dyn Attempts>, clock: Arc<dyn Clock>, master: &MasterKey, rates: Rates) -> Self {
        Self { attempts, clock, secret: master.derive("attempt counters", &[]), rates }
    }

    /// Counts one attempt under every limit that the route's line names, or refuses it. `account` is whom it is about,
    /// in bytes that are the same every time; known and unknown ones are counted alike.
    pub async fn count(&self, caller: &Caller, account: Option<&[u8]>) -> Result<Counted, ApiError> {
        let counted = self.count_under(caller.rules.limits, caller, account).await?;
        counted.use_up();
        Ok(counted)
    }

    /// The same for an attempt that is given back unless it is used up: see [`Receipt`].
    pub async fn count_unless_unused(
        &self,
        caller: &Caller,
        account: Option<&[u8]>,
    ) -> Result<Counted, ApiError> {
        self.count_under(caller.rules.limits, caller, account).await
    }

    /// The same under the limits of a request that came again (Idempotency-Key).
    pub async fn count_repeat(&self, caller: &Caller, account: Option<&[u8]>) -> Result<Counted, ApiError> {
        self.count_under(caller.rules.repeat_limits, caller, account).await
    }

    async fn count_under(
        &self,
        keys: &'static [LimitKey],
        caller: &Caller,
        account: Option<&[u8]>,
    ) -> Result<Counted, ApiError> {
        let first = *keys.first().ok_or_else(unnamed)?;
        let mut limits = Vec::new();
        for key in keys {
            let subject = match key.per() {
                Per::Account => account.ok_or_else(|| nobody(*key))?,
                Per::Network if caller.client.is_exempt => continue,
                Per::Network => caller.client.network.as_bytes(),
            };
            limits.push(self.limit(*key, subject));
        }
        if limits.is_empty() {
            return Ok(Counted::exempt());
        }
        let now = self.clock.now();
        let quota = Some(self.count_all(first, &limits, now).await?);
        let receipt = Arc::new(Receipt::of(&self.attempts, &self.clock, limits, now));
        Ok(Counted { quota, receipt })
    }

    /// The counter of one subject, for a verb that clears it.
    pub fn counter(&self, key: LimitKey, subject: &[u8]) -> [u8; 32] {
        self.limit(key, subject).key
    }

    fn limit(&self, key: LimitKey, subject: &[u8]) -> AttemptLimit {
        let rate = self.rates.of(key);
        let key = crypto::mac(self.secret.expose(), &[key.counter().as_bytes(), subject]);
        AttemptLimit { key, limit: rate.limit, window: rate.window }
    }

    /// `first` stands for all of them in the headers.
    async fn count_all(
        &self,
        first: LimitKey,
        limits: &[AttemptLimit],
        now: Timestamp,
    ) -> Result<Quota, ApiError> {
        let (policy, rate) = (first.policy(), self.rates.of(first));
        match self.attempts.count_attempt_if_below(limits, now).await? {
            Outcome::Allowed { remaining, reset } => Ok(Quota { policy, rate, remaining, reset }),
            Outcome::Refused { retry_after } => {
                metrics::counter!("doorstep_limited_total", "limit" => policy).increment(1);
                Err(Quota { policy, rate, remaining: 0, reset: retry_after }.refusal())
            }
        }
    }
}

fn unnamed() -> ApiError {
    ApiError::new(Code::Internal).cause("something is counted, but the route's line names no limit for it")
}

fn nobody(key: LimitKey) -> ApiError {
    ApiError::new(Code::Internal).cause(&format!("{} counts by account, and none was named", key.name()))
}
