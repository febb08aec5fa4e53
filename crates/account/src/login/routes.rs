//! `POST /api/login`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use doorstep_base::Sentence;
use doorstep_web::{ApiError, Caller, Fields};
use utoipa::ToSchema;

use super::service::LoginForm;
use crate::Account;
use crate::sessions::{Greeting, welcome};

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `LoginForm::read` reads field by field")]
#[schema(rename_all = "camelCase")]
pub struct LoginRequest {
    #[schema(format = Email, max_length = 254, pattern = r"^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9]+(\.[A-Za-z]+)+$")]
    email: String,
    #[schema(min_length = 1)]
    password: String,
    /// `jwt` (default), `cookie` or `token`.
    #[schema(pattern = "^(jwt|cookie|token)$")]
    session: Option<String>,
    /// What an earlier sign-up or login of this customer answered as `deviceToken`. A browser has it in a cookie.
    device_token: Option<String>,
}

pub async fn log_in(
    State(account): State<Arc<Account>>,
    caller: Caller,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let form = LoginForm::read(&mut fields);
    let logged_in = caller.carry_out(move |caller| async move {
        let (entered, counted) = account.login.log_in(&caller, form, fields).await?;
        let greeting = Greeting {
            status: StatusCode::OK,
            message: Sentence::LoggedIn,
            page: &account.config.after_login,
        };
        Ok(welcome(&caller, &greeting, entered, &counted))
    });
    logged_in.await
}
