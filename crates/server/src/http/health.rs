//! `/healthz`: the process lives. `/readyz`: its database answers.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use doorstep_account::http::ApiError;
use doorstep_base::Code;
use doorstep_store::Store;

use serde_json::json;

use super::headers::CORP;

/// A database that takes longer is not one to send customers to.
const DEADLINE: Duration = Duration::from_secs(2);

/// A page of any origin may see that something answers here, though not what: so the client kits tell a refused origin
/// from a server that is not there (DS-01).
pub async fn alive() -> Response {
    let everybody = [(CORP, HeaderValue::from_static("cross-origin"))];
    (everybody, Json(json!({ "status": "ok", "message": "Doorstep is running" }))).into_response()
}

pub async fn ready(State(store): State<Arc<dyn Store>>) -> Response {
    match tokio::time::timeout(DEADLINE, store.ping()).await {
        Ok(Ok(())) => Json(json!({ "status": "ready", "message": "Doorstep is ready" })).into_response(),
        Ok(Err(error)) => ApiError::from(error).into_response(),
        Err(_) => ApiError::new(Code::Unavailable)
            .cause(&"the database did not answer a ping in 2 s")
            .into_response(),
    }
}
