//! Watches how often sign-up says "taken", over all networks together: whoever asks for many addresses learns who is a
//! customer. It tells the shop; it never refuses, or a flood would close sign-up to everybody.

use std::sync::Arc;

use doorstep_store::{Actor, AuditKind, Detail, Store};
use doorstep_web::{ApiError, Client, LimitKey, Limits};

use crate::audit::Auditor;

pub struct TakenWatch {
    store: Arc<dyn Store>,
    auditor: Auditor,
    limits: Arc<Limits>,
}

impl TakenWatch {
    pub fn new(store: Arc<dyn Store>, auditor: Auditor, limits: Arc<Limits>) -> Self {
        Self { store, auditor: auditor.acting(Actor::System), limits }
    }

    /// Sign-up has said it once more. What goes wrong here is nothing to whoever signs up.
    pub async fn note(&self) {
        metrics::counter!("doorstep_signup_taken_total").increment(1);
        if let Err(error) = self.count().await {
            tracing::warn!(cause = error.logged_cause(), "an answer \"email_taken\" could not be counted");
        }
    }

    async fn count(&self) -> Result<(), ApiError> {
        if !self.limits.is_noticed(LimitKey::SignupTaken).await? {
            return Ok(());
        }
        let rate = self.limits.rate(LimitKey::SignupTaken);
        metrics::counter!("doorstep_signup_probed_total").increment(1);
        tracing::warn!(
            more_than = rate.limit,
            within_seconds = rate.window.as_secs(),
            "sign-up is asked for many addresses that have an account: somebody may be finding out who is a customer"
        );
        let mut event = self.auditor.event(AuditKind::AddressesProbed, &Client::default());
        event.detail = Some(Detail::Count(rate.limit.into()));
        Ok(self.store.record(event.into()).await?)
    }
}
