//! The newest customers and their live sessions, as they stand in the database, but for what opens an account.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use doorstep_store::{Customer, Session};
use doorstep_web::ApiError;
use serde_json::{Value, json};

use super::Console;

const NEWEST: u32 = 10;

pub async fn latest(State(console): State<Arc<Console>>) -> Result<Json<Value>, ApiError> {
    let mut shown = Vec::new();
    for customer in console.store.newest_customers(NEWEST).await? {
        let sessions = console.store.sessions_of(customer.id, console.clock.now()).await?;
        let sessions: Vec<Value> = sessions.iter().map(session_row).collect();
        shown.push(json!({ "row": customer_row(&customer), "sessions": sessions }));
    }
    Ok(Json(json!({ "customers": shown })))
}

/// Column for column, so that nobody takes a missing one for a missing column.
fn customer_row(customer: &Customer) -> Value {
    json!({
        "id": customer.id, "email": customer.email, "email_key": customer.email_key,
        "email_verified_at": customer.email_verified_at, "name": customer.name, "phone": customer.phone,
        "locale": customer.locale, "marketing_consent_at": customer.marketing_consent_at,
        "disabled_at": customer.disabled_at,
        "credentials_version": customer.credentials_version, "created_at": customer.created_at,
        "updated_at": customer.updated_at, "version": customer.version,
    })
}

fn session_row(session: &Session) -> Value {
    json!({
        "id": session.id, "mode": session.mode.as_str(), "secret": "(hidden)", "created_at": session.created_at,
        "last_used_at": session.last_used_at, "idle_expires_at": session.idle_expires_at,
        "expires_at": session.expires_at, "device": session.device, "network": session.network,
    })
}
