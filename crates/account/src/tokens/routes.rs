//! `POST /api/token/refresh` and `GET /.well-known/jwks.json`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use doorstep_web::{ApiError, Caller, Fields};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Account;

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `refresh` reads field by field")]
#[schema(rename_all = "camelCase")]
pub struct RefreshRequest {
    #[schema(min_length = 1)]
    refresh_token: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefreshAnswer {
    pub token: String,
    #[schema(format = DateTime)]
    pub expires_at: String,
    pub refresh_token: String,
}

/// Public keys of the kind OKP (RFC 8037).
#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `KeyRing::jwks` writes")]
pub struct Jwks {
    keys: Vec<Jwk>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `KeyRing::jwks` writes")]
pub struct Jwk {
    kty: String,
    crv: String,
    alg: String,
    r#use: String,
    kid: String,
    x: String,
}

pub async fn refresh(
    State(account): State<Arc<Account>>,
    caller: Caller,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let presented = fields.required_raw_text("refreshToken");
    fields.finish()?;
    let refreshed = account.refresh.refresh(&caller, &presented).await?;
    let answer = RefreshAnswer {
        token: refreshed.token,
        expires_at: refreshed.expires_at.to_string(),
        refresh_token: refreshed.refresh_token,
    };
    let mut response = Json(answer).into_response();
    if let Some(hint) = refreshed.hint {
        response.extensions_mut().insert(hint);
    }
    Ok(response)
}

pub async fn jwks(State(account): State<Arc<Account>>) -> Response {
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(account.tokens.ring().jwks())).into_response()
}
