//! `GET /api/user/events`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use doorstep_base::{Language, Text};
use doorstep_store::AuditEvent;
use doorstep_web::{ApiError, Caller, SignedIn, speaks};
use serde::Serialize;
use utoipa::ToSchema;

use super::cursor::Before;
use super::said::said;
use crate::Account;
use crate::device_name::{device_name, program};

/// Something that has happened to the account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecurityEvent {
    #[schema(format = "uuid")]
    pub id: String,
    #[schema(format = DateTime)]
    pub at: String,
    /// Of the kinds of the audit trail those that mean something to a customer, as `password_changed`. Later versions have more.
    pub kind: &'static str,
    /// What happened, in the language that `Accept-Language` asks for.
    pub message: String,
    /// With which program, in words, as `Chrome on Linux`. A guess, and absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// From which IPv4 address or IPv6 network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct SecurityEventList {
    pub events: Vec<SecurityEvent>,
    /// The `before` of the next page; null at the end. A page may have few events, or none, and be followed by more.
    #[schema(required = true)]
    pub next: Option<String>,
}

impl SecurityEvent {
    fn new(event: AuditEvent, language: Language) -> Option<Self> {
        let message = Text::from(said(event.kind, event.actor)?).in_language(language).into_owned();
        let device =
            event.device.as_deref().and_then(|device| device_name(device).or_else(|| program(device)));
        Some(Self {
            id: event.id.to_string(),
            at: event.at.to_string(),
            kind: event.kind.as_str(),
            message,
            device,
            network: event.network,
        })
    }
}

pub async fn list(
    State(account): State<Arc<Account>>,
    caller: Caller,
    who: SignedIn,
    Before(before): Before,
) -> Result<Response, ApiError> {
    let page = account.events.page(&who, before).await?;
    let language = caller.language();
    let events = page.events.into_iter().filter_map(|event| SecurityEvent::new(event, language)).collect();
    let next = page.next.map(|next| next.to_string());
    let mut response = Json(SecurityEventList { events, next }).into_response();
    speaks(language, response.headers_mut());
    Ok(response)
}
