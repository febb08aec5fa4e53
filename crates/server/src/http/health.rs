//! `/healthz`: the process lives. `/readyz`: its database answers.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use doorstep_base::Code;
use doorstep_store::Store;
use doorstep_web::ApiError;

use serde_json::json;

use super::headers::CORP;

/// A database that takes longer is not one to send customers to.
const DEADLINE: Duration = Duration::from_secs(2);

/// A page of any origin may read that it is Doorstep that answers here: so the client kits tell a refused origin (DS-01)
/// from a server that is not there, from a redirect and from another program. Nothing else is told, and no cookie counts.
pub async fn alive() -> Response {
    let everybody = [
        (CORP, HeaderValue::from_static("cross-origin")),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
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
