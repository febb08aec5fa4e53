//! `POST /api/signup`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use doorstep_base::Code;
use doorstep_store::SessionMode;
use doorstep_web::{ApiError, Caller, Fields};
use serde::Serialize;
use utoipa::ToSchema;

use super::idempotency::IdempotencyKey;
use super::service::SignedUp;
use crate::Account;
use crate::profile::UserView;
use crate::sessions::SessionAnswer;
use crate::sessions::routes::end_former;

/// What the backends of tutorials say when a field is missing, whichever it is; their frontends show it.
pub const ALL_REQUIRED: &str = "All fields are required";

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `Signup::read` reads field by field")]
#[schema(rename_all = "camelCase")]
pub struct SignupRequest {
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: String,
    #[schema(format = Email, max_length = 254, pattern = r"^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9]+(\.[A-Za-z]+)+$")]
    email: String,
    #[schema(min_length = 8, max_length = 256)]
    password: String,
    /// `jwt` (default), `cookie` or `token`.
    #[schema(pattern = "^(jwt|cookie|token)$")]
    session: Option<String>,
    marketing_consent: Option<bool>,
}

/// The answer to sign-up and login.
#[derive(Serialize, ToSchema)]
pub struct Welcome {
    pub message: &'static str,
    pub user: UserView,
    #[serde(flatten)]
    pub session: SessionAnswer,
}

pub async fn sign_up(
    State(account): State<Arc<Account>>,
    caller: Caller,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let in_page = caller.in_page();
    let form = account.signup.read(&mut fields, in_page);
    fields.finish_saying(Some(ALL_REQUIRED))?;
    let form = form.ok_or(Code::Internal)?;
    if form.mode == SessionMode::Cookie {
        account.config.web.origins.check(&caller.headers)?;
    }
    let key = IdempotencyKey::read(&caller.headers)?;
    let counted = account.limits.count(&caller, None).await?;
    let SignedUp { customer, session, hint } = account.signup.sign_up(&caller, form, key.as_ref()).await?;
    if session.cookie.is_some() {
        end_former(&account, &caller).await;
    }
    let mut response = if in_page {
        welcome_page(&account.config.after_signup, session)
    } else {
        welcome(StatusCode::CREATED, "User registered successfully", UserView::new(customer), session)
    };
    counted.put(response.headers_mut());
    if let Some(hint) = hint {
        response.extensions_mut().insert(hint);
    }
    Ok(response)
}

/// The JSON answer, with the cookie where that is the mode.
pub fn welcome(
    status: StatusCode,
    message: &'static str,
    user: UserView,
    mut session: SessionAnswer,
) -> Response {
    let cookie = session.cookie.take();
    let mut response = (status, Json(Welcome { message, user, session })).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().insert(axum::http::header::SET_COOKIE, cookie);
    }
    response
}

/// The answer to a form that the browser posted by itself: on to a page of the shop (303, RFC 9110 §15.4.4).
pub fn welcome_page(next: &str, session: SessionAnswer) -> Response {
    let mut response = Redirect::to(next).into_response();
    if let Some(cookie) = session.cookie {
        response.headers_mut().insert(axum::http::header::SET_COOKIE, cookie);
    }
    response
}
