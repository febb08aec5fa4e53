//! How often something may be tried. Counted in the store, before any secret is looked at.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use doorstep_base::{Clock, Code, CustomerId, MasterKey, Secret, crypto};
use doorstep_store::{AttemptLimit, Counted, Store};

use crate::http::{ApiError, Client};

/// `limit` attempts in `window`, refilled evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub limit: u32,
    pub window: Duration,
}

#[derive(Clone, Copy, Debug)]
pub struct LimitConfig {
    pub login_per_account: Rate,
    pub login_per_network: Rate,
    pub signup_per_network: Rate,
    pub refresh_per_network: Rate,
    pub export_per_account: Rate,
}

pub struct Limits {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// Keys are keyed hashes: a dump of the counters names neither addresses nor networks.
    key: Secret,
    config: LimitConfig,
}

/// What is left, for the RateLimit headers (draft-ietf-httpapi-ratelimit-headers-10).
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    name: &'static str,
    rate: Rate,
    remaining: u32,
    reset: Duration,
}

impl Limits {
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        master: &MasterKey,
        config: LimitConfig,
    ) -> Self {
        Self { store, clock, key: master.derive("attempt counters", &[]), config }
    }

    /// A password is about to be checked for this address: at login, or before a change that asks for it again.
    /// All these count together. Known and unknown addresses are counted alike.
    pub async fn password_check(&self, client: &Client, email_key: &str) -> Result<Quota, ApiError> {
        let account = self.limit(self.config.login_per_account, "login account", email_key.as_bytes());
        let mut limits = vec![account];
        if !client.is_exempt {
            limits.push(self.limit(
                self.config.login_per_network,
                "login network",
                client.network.as_bytes(),
            ));
        }
        self.count("login", self.config.login_per_account, &limits).await
    }

    /// The key of the counter that a successful login clears.
    pub fn account_key(&self, email_key: &str) -> [u8; 32] {
        self.limit(self.config.login_per_account, "login account", email_key.as_bytes()).key
    }

    pub async fn signup(&self, client: &Client) -> Result<Option<Quota>, ApiError> {
        self.network("signup", self.config.signup_per_network, client).await
    }

    pub async fn refresh(&self, client: &Client) -> Result<Option<Quota>, ApiError> {
        self.network("refresh", self.config.refresh_per_network, client).await
    }

    pub async fn export(&self, customer: CustomerId) -> Result<Quota, ApiError> {
        let rate = self.config.export_per_account;
        self.count("export", rate, &[self.limit(rate, "export", customer.as_bytes())]).await
    }

    async fn network(
        &self,
        name: &'static str,
        rate: Rate,
        client: &Client,
    ) -> Result<Option<Quota>, ApiError> {
        if client.is_exempt {
            return Ok(None);
        }
        let limit = self.limit(rate, name, client.network.as_bytes());
        self.count(name, rate, &[limit]).await.map(Some)
    }

    fn limit(&self, rate: Rate, scope: &str, subject: &[u8]) -> AttemptLimit {
        let key = crypto::mac(self.key.expose(), &[scope.as_bytes(), subject]);
        AttemptLimit { key, limit: rate.limit, window: rate.window }
    }

    async fn count(
        &self,
        name: &'static str,
        rate: Rate,
        limits: &[AttemptLimit],
    ) -> Result<Quota, ApiError> {
        match self.store.count_attempt_if_below(limits, self.clock.now()).await? {
            Counted::Allowed { remaining, reset } => Ok(Quota { name, rate, remaining, reset }),
            Counted::Refused { retry_after } => {
                metrics::counter!("doorstep_limited_total", "limit" => name).increment(1);
                let quota = Quota { name, rate, remaining: 0, reset: retry_after };
                let error = ApiError::new(Code::RateLimited).retry_after(seconds(retry_after));
                Err(quota
                    .headers()
                    .into_iter()
                    .fold(error, |error, (header, value)| error.header(header, value)))
            }
        }
    }
}

impl Quota {
    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let policy = format!("\"{}\";q={};w={}", self.name, self.rate.limit, seconds(self.rate.window));
        let left = format!("\"{}\";r={};t={}", self.name, self.remaining, seconds(self.reset));
        [("ratelimit-policy", policy), ("ratelimit", left)]
            .into_iter()
            .filter_map(|(name, value)| {
                Some((HeaderName::from_static(name), HeaderValue::try_from(value).ok()?))
            })
            .collect()
    }

    pub fn put(self, headers: &mut HeaderMap) {
        headers.extend(self.headers());
    }
}

fn seconds(duration: Duration) -> u64 {
    duration.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}
