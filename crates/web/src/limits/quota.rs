//! What is left of a limit, for the RateLimit headers (draft-ietf-httpapi-ratelimit-headers-10).

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use doorstep_base::Code;
use doorstep_store::Restore;

use super::{Rate, Receipt};
use crate::ApiError;

/// An attempt that was counted. What must not happen uncounted asks for one; only [`super::Limits`] makes it.
#[derive(Debug)]
pub struct Counted {
    pub(super) quota: Option<Quota>,
    pub(super) receipt: Arc<Receipt>,
    pub(super) on_success: Vec<Restore>,
}

impl Counted {
    /// For a client of whom nothing is counted.
    pub fn exempt() -> Self {
        Self { quota: None, receipt: Arc::new(Receipt::of_nothing()), on_success: Vec::new() }
    }

    /// For what uses the attempt up at a moment of its own.
    pub fn receipt(&self) -> Arc<Receipt> {
        self.receipt.clone()
    }

    /// See [`Receipt::use_up`].
    pub fn use_up(&self) {
        self.receipt.use_up();
    }

    /// What its success does to the counters.
    pub fn on_success(&self) -> Vec<Restore> {
        self.on_success.clone()
    }

    /// Tells what is left. Nothing for a client that is exempt.
    pub fn put(&self, headers: &mut HeaderMap) {
        headers.extend(self.quota.iter().flat_map(Quota::headers));
    }
}

#[derive(Debug)]
pub(super) struct Quota {
    pub(super) policy: &'static str,
    pub(super) rate: Rate,
    pub(super) remaining: u32,
    pub(super) reset: Duration,
}

impl Quota {
    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let policy = format!("\"{}\";q={};w={}", self.policy, self.rate.limit, seconds(self.rate.window));
        let left = format!("\"{}\";r={};t={}", self.policy, self.remaining, seconds(self.reset));
        [("ratelimit-policy", policy), ("ratelimit", left)]
            .into_iter()
            .filter_map(|(name, value)| {
                Some((HeaderName::from_static(name), HeaderValue::try_from(value).ok()?))
            })
            .collect()
    }

    /// The answer when nothing is left until `reset`.
    pub(super) fn refusal(&self) -> ApiError {
        let error = ApiError::new(Code::RateLimited).retry_after(seconds(self.reset));
        self.headers().into_iter().fold(error, |error, (header, value)| error.header(header, value))
    }
}

fn seconds(duration: Duration) -> u64 {
    duration.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}
