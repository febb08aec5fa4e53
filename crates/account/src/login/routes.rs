//! `POST /api/login`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use doorstep_base::Code;
use doorstep_store::SessionMode;
use doorstep_web::{ApiError, Caller, Fields};
use utoipa::ToSchema;

use super::service::LoginForm;
use crate::Account;
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
    caller: Caller,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let in_page = caller.in_page();
    let email = read_email(&mut fields);
    let password = Password::new(fields.required_raw_text("password"));
    let mode = account.login.opener().read_mode(&mut fields, in_page);
    fields.finish_saying(Some(ALL_REQUIRED))?;
    if mode == SessionMode::Cookie {
        account.config.web.origins.check(&caller.headers)?;
    }
    let form = LoginForm { email: email.ok_or(Code::Internal)?, password, mode };
    let (customer, session, counted) = account.login.log_in(&caller, form).await?;
    if session.cookie.is_some() {
        end_former(&account, &caller).await;
    }
    let mut response = if in_page {
        welcome_page(&account.config.after_login, session)
    } else {
        welcome(StatusCode::OK, "Logged in successfully", UserView::new(customer), session)
    };
    counted.put(response.headers_mut());
    Ok(response)
}
