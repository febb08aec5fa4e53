//! `POST /api/login/code`, `…/confirm`, `…/poll`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use doorstep_base::{Code, Sentence, Text};
use doorstep_web::{ApiError, Caller, Fields, speaks};
use serde::Serialize;
use utoipa::ToSchema;

use super::Form;
use crate::mail::Asked;
use crate::recovery::Shown;
use crate::recovery::routes::Confirmed;
use crate::sessions::{Greeting, welcome};
use crate::signup::read_email;
use crate::verification::With;
use crate::{Account, links};

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `ask` reads field by field")]
pub struct LoginCodeRequest {
    #[schema(format = Email, max_length = 254, pattern = r"^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9]+(\.[A-Za-z]+)+$")]
    email: String,
}

/// A mail was asked for. Nothing in it tells whether the address has an account.
#[derive(Serialize, ToSchema)]
pub struct LoginCodeAsked {
    pub message: String,
    /// Send it back with the mail's code, or ask with it whether the device was let in: it opens nothing alone.
    pub request: String,
    /// What the device shows: the page behind the mail's link lets choose among three.
    pub number: String,
}

/// `token` of the mail's link, or `code` with the `request` that asked for the mail. `password` of the account, or `newPassword` which ends
/// every session, where nobody has proven the address yet.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `confirm` reads field by field")]
#[schema(rename_all = "camelCase")]
pub struct LoginCodeConfirmation {
    token: Option<String>,
    request: Option<String>,
    code: Option<String>,
    password: Option<String>,
    #[schema(min_length = 8, max_length = 256)]
    new_password: Option<String>,
    /// `jwt` (default), `cookie` or `token`.
    #[schema(pattern = "^(jwt|cookie|token)$")]
    session: Option<String>,
    device_token: Option<String>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `poll` reads field by field")]
#[schema(rename_all = "camelCase")]
pub struct LoginCodePoll {
    request: String,
    /// `jwt` (default), `cookie` or `token`.
    #[schema(pattern = "^(jwt|cookie|token)$")]
    session: Option<String>,
    device_token: Option<String>,
}

pub async fn ask(
    State(account): State<Arc<Account>>,
    caller: Caller,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let email = read_email(&mut fields);
    fields.finish()?;
    let (Asked { request, counted }, number) =
        account.mailed_login.ask(&caller, &email.ok_or(Code::Internal)?).await?;
    if caller.in_page() {
        // Without a script there is nowhere to type the code: the mail's link leads on.
        return Ok(links::told(&caller, Sentence::RecoverySent));
    }
    let message = said(&caller, Sentence::RecoverySent);
    let asked = LoginCodeAsked { message, request, number: number.to_string() };
    let mut response = spoken(&caller, (StatusCode::ACCEPTED, Json(asked)));
    counted.put(response.headers_mut());
    Ok(response)
}

pub async fn confirm(
    State(account): State<Arc<Account>>,
    caller: Caller,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let (shown, form) = (Shown::read(&mut fields), Form::read(&mut fields));
    let with = With::read_if_any(&mut fields);
    let confirmed = caller.carry_out(move |caller| async move {
        let login = &account.mailed_login;
        let (entered, counted) = login.confirm(&caller, shown, (form, with), fields).await?;
        Ok(welcome(&caller, &greeting(&account), entered, &counted))
    });
    confirmed.await
}

pub async fn poll(
    State(account): State<Arc<Account>>,
    caller: Caller,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let request = fields.required_raw_text("request");
    let form = Form::read(&mut fields);
    let polled = caller.carry_out(move |caller| async move {
        Ok(match account.mailed_login.poll(&caller, &request, form, fields).await? {
            Some((entered, counted)) => welcome(&caller, &greeting(&account), entered, &counted),
            None => {
                let message = said(&caller, Sentence::LoginWaits);
                spoken(&caller, (StatusCode::ACCEPTED, Json(Confirmed { message })))
            }
        })
    });
    polled.await
}

pub fn greeting(account: &Account) -> Greeting<'_> {
    Greeting { status: StatusCode::OK, message: Sentence::LoggedIn, page: &account.config.after_login }
}

fn said(caller: &Caller, sentence: Sentence) -> String {
    Text::from(sentence).in_language(caller.language()).into_owned()
}

fn spoken(caller: &Caller, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    speaks(caller.language(), response.headers_mut());
    response
}
