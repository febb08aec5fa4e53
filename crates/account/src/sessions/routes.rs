//! `GET /api/sessions`, `DELETE /api/sessions`, `DELETE /api/sessions/{id}` and `POST /api/logout`.

use std::cmp::Reverse;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use doorstep_base::{Code, SessionId};
use doorstep_store::{Method, Session, SessionMode};
use doorstep_web::{ApiError, ClientOf, Credential, SignedIn};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Account;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    pub id: String,
    /// Whether it is the session that asks.
    pub current: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub last_used_at: String,
    /// The User-Agent that opened it.
    pub device: Option<String>,
    /// IPv4 address or IPv6 network that opened it.
    pub network: Option<String>,
    /// When the customer last proved who it is in this session.
    #[schema(format = DateTime, required = false)]
    pub authenticated_at: String,
    /// By what: `password`.
    #[schema(required = false)]
    pub methods: Vec<&'static str>,
}

#[derive(Serialize, ToSchema)]
pub struct SessionList {
    pub sessions: Vec<SessionView>,
}

impl SessionView {
    /// The sessions of who asks, last used first. What this request notes as its session's use may be stored by now, or not yet:
    /// it is shown either way.
    pub fn list(mut sessions: Vec<Session>, who: &SignedIn) -> Vec<Self> {
        let own = who.session.id;
        if let Some(own) = sessions.iter_mut().find(|session| session.id == own) {
            own.last_used_at = own.last_used_at.max(who.session.last_used_at);
        }
        sessions.sort_by_key(|session| Reverse((session.last_used_at, session.id)));
        sessions.into_iter().map(|session| Self::new(session, own)).collect()
    }

    fn new(session: Session, own: SessionId) -> Self {
        Self {
            id: session.id.to_string(),
            current: session.id == own,
            created_at: session.created_at.to_string(),
            last_used_at: session.last_used_at.to_string(),
            device: session.device,
            network: session.network,
            authenticated_at: session.authenticated_at.to_string(),
            methods: session.methods.into_iter().map(Method::as_str).collect(),
        }
    }
}

pub async fn list(State(account): State<Arc<Account>>, who: SignedIn) -> Result<Json<SessionList>, ApiError> {
    let sessions = account.sessions.list(&who).await?;
    Ok(Json(SessionList { sessions: SessionView::list(sessions, &who) }))
}

pub async fn end(
    State(account): State<Arc<Account>>,
    ClientOf(client): ClientOf,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id = id.parse().map_err(|_| Code::NotFound)?;
    account.sessions.end(&client, &who, id).await?;
    let is_own = id == who.session.id;
    Ok(if is_own { gone(&account, &who) } else { StatusCode::NO_CONTENT.into_response() })
}

pub async fn end_others(
    State(account): State<Arc<Account>>,
    ClientOf(client): ClientOf,
    who: SignedIn,
) -> Result<StatusCode, ApiError> {
    account.sessions.end_others(&client, &who).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn log_out(
    State(account): State<Arc<Account>>,
    ClientOf(client): ClientOf,
    headers: HeaderMap,
    who: Result<SignedIn, ApiError>,
) -> Result<Response, ApiError> {
    match who {
        Ok(who) => {
            account.sessions.log_out(&client, &who).await?;
            Ok(gone(&account, &who))
        }
        Err(error) => Err(without_cookie(&account, &headers, error)),
    }
}

/// A logout leaves no cookie of ours behind, whatever is in it. Somebody else's page does not get this far.
fn without_cookie(account: &Account, headers: &HeaderMap, error: ApiError) -> ApiError {
    let name = account.config.web.cookie;
    let is_dead = matches!(error.code(), Code::SessionEnded | Code::TokenInvalid);
    let is_cookie = matches!(Credential::read(headers, name), Ok(Credential::Cookies(_)));
    match name.clear().filter(|_| is_dead && is_cookie) {
        Some(cleared) => error.header(header::SET_COOKIE, cleared),
        None => error,
    }
}

/// 204 after the end of the session that asked: a browser also forgets the cookie, ours and no other.
pub fn gone(account: &Account, who: &SignedIn) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if who.session.mode == SessionMode::Cookie
        && let Some(cleared) = account.config.web.cookie.clear()
    {
        response.headers_mut().insert(header::SET_COOKIE, cleared);
        if account.config.sessions.clear_site_data {
            response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cookies\""));
        }
    }
    response
}
