//! Who asks: what the HTTP stack knows of the request's sender.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use doorstep_base::CustomerId;

/// Put into the request's extensions by the HTTP stack, as `Arc<Client>`.
#[derive(Clone, Debug, Default)]
pub struct Client {
    pub request_id: String,
    /// IPv4 address, or IPv6 /64: what limits count by, with the wider networks around it, and what a customer sees in
    /// the list of devices.
    pub network: String,
    /// In dev mode: requests from this machine are exempt from the limits per network.
    pub is_exempt: bool,
    /// The address is that of a trusted proxy, which did not say whom it asks for: nobody's limit per network.
    pub is_proxy: bool,
    /// The User-Agent, cut and cleaned.
    pub device: Option<String>,
    /// Whose session it is, once the guard has found that out: for the log, which is written after the answer.
    pub customer: OnceLock<CustomerId>,
}

impl<S: Sync> FromRequestParts<S> for ClientOf {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Arc<Client>>().cloned().unwrap_or_default()))
    }
}

/// The handler's view of [`Client`].
pub struct ClientOf(pub Arc<Client>);
