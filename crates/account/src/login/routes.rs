//! `POST /api/login`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use doorstep_base::Code;
use doorstep_store::SessionMode;
use utoipa::ToSchema;

use super::service::LoginForm;
use crate::Account;
use crate::http::{ApiError, ClientOf, Fields, wants_page};
use crate::password::Password;
use crate::profile::UserView;
use crate::sessions::routes::end_former;
use crate::signup::read_email;
use crate::signup::routes::{ALL_REQUIRED, welcome, welcome_page};

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `log_in` reads field by field")]
#[schema(rename_all = "camelCase")]
pub struct LoginRequest {
    #[schema(format = Email, max_length = 254, pattern = r"^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9]+(\.[A-Za-z]+)+$")]
    email: String,
    #[schema(min_length = 1)]
    password: String,
    /// `jwt` (default), `cookie` or `token`.
    #[schema(pattern = "^(jwt|cookie|token)$")]
    session: Option<String>,
}

pub async fn log_in(
    State(account): State<Arc<Account>>,
    ClientOf(client): ClientOf,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let in_page = wants_page(&Method::POST, &headers);
    let email = read_email(&mut fields);
    let password = Password::new(fields.required_raw_text("password"));
    let mode = account.login.opener().read_mode(&mut fields, in_page);
    fields.finish_saying(Some(ALL_REQUIRED))?;
    if mode == SessionMode::Cookie {
        account.config.origins.check(&headers)?;
    }
    let form = LoginForm { email: email.ok_or(Code::Internal)?, password, mode };
    let (customer, session, quota) = account.login.log_in(&client, form).await?;
    if session.cookie.is_some() {
        end_former(&account, &client, &headers).await;
    }
    let mut response = if in_page {
        welcome_page(&account.config.after_login, session)
    } else {
        welcome(StatusCode::OK, "Logged in successfully", UserView::new(customer), session)
    };
    quota.put(response.headers_mut());
    Ok(response)
}
