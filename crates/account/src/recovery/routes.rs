//! `POST /api/recovery`, `POST /api/recovery/confirm`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use doorstep_base::{Code, Sentence, Text};
use doorstep_store::Purpose;
use doorstep_web::{ApiError, Caller, Counted, Fields, speaks};
use serde::Serialize;
use utoipa::ToSchema;

use super::Shown;
use crate::mail::Asked;
use crate::password::Password;
use crate::signup::read_email;
use crate::{Account, links};

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `ask` reads field by field")]
pub struct RecoveryRequest {
    #[schema(format = Email, max_length = 254, pattern = r"^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9]+(\.[A-Za-z]+)+$")]
    email: String,
}

/// A mail was asked for. Nothing in it tells whether the address has an account.
#[derive(Serialize, ToSchema)]
pub struct MailAsked {
    pub message: String,
    /// Send it back with the mail's code: the code is good only together with it.
    pub request: String,
}

/// `token` of the mail's link, or `code` with the `request` that asked for the mail.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `confirm` reads field by field")]
#[schema(rename_all = "camelCase")]
pub struct RecoveryConfirmation {
    token: Option<String>,
    request: Option<String>,
    code: Option<String>,
    #[schema(min_length = 8, max_length = 256)]
    new_password: String,
}

/// It is done.
#[derive(Serialize, ToSchema)]
pub struct Confirmed {
    pub message: String,
}

pub async fn ask(
    State(account): State<Arc<Account>>,
    caller: Caller,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let email = read_email(&mut fields);
    fields.finish()?;
    let asked_for = account.recovery.ask(&caller, &email.ok_or(Code::Internal)?).await?;
    if caller.in_page() {
        // Without a script there is nowhere to type the code: the mail's link leads on.
        return Ok(links::told(&caller, Sentence::RecoverySent));
    }
    Ok(asked(&caller, Sentence::RecoverySent, asked_for))
}

pub async fn confirm(
    State(account): State<Arc<Account>>,
    caller: Caller,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let shown = Shown::read(&mut fields);
    let new = Password::new(fields.required_raw_text("newPassword"));
    let recovered = caller.carry_out(move |caller| async move {
        let purpose = Purpose::RecoverPassword;
        let counted = account.recovery.confirm(&caller, purpose, shown, new, fields).await?;
        Ok(confirmed(&caller, Sentence::PasswordRecovered, &counted))
    });
    recovered.await
}

/// 202: the mail is on its way, if there is anybody to have it.
pub fn asked(caller: &Caller, said: Sentence, Asked { request, counted }: Asked) -> Response {
    answer(caller, &counted, |message| (StatusCode::ACCEPTED, Json(MailAsked { message, request })), said)
}

pub fn confirmed(caller: &Caller, said: Sentence, counted: &Counted) -> Response {
    answer(caller, counted, |message| Json(Confirmed { message }), said)
}

fn answer<R: IntoResponse>(
    caller: &Caller,
    counted: &Counted,
    make: impl FnOnce(String) -> R,
    said: Sentence,
) -> Response {
    let language = caller.language();
    let mut response = make(Text::from(said).in_language(language).into_owned()).into_response();
    speaks(language, response.headers_mut());
    counted.put(response.headers_mut());
    response
}
