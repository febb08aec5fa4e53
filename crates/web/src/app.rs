//! What the shared parts ask of the application that they serve.

use std::time::Duration;

use async_trait::async_trait;

use crate::{ApiError, CookieName, Credential, Origins, Shares, SignedIn};

/// The state of an application's routes. `Arc<S>` of any `S` that is one can have every extractor of this crate.
#[async_trait]
pub trait App: Send + Sync + 'static {
    fn web(&self) -> &WebConfig;

    /// Who sent this credential, or why it opens nothing.
    async fn signed_in(&self, credential: Credential<'_>) -> Result<SignedIn, ApiError>;
}

#[derive(Clone, Debug)]
pub struct WebConfig {
    pub origins: Origins,
    pub cookie: CookieName,
    /// In bytes.
    pub body_limit: usize,
    /// What bodies may take while they arrive, those of all requests together.
    pub body_memory: Shares,
    pub body_timeout: Duration,
}
