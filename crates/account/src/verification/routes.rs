//! `POST /api/verification`, `POST /api/verification/confirm`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use doorstep_base::{Code, Sentence};
use doorstep_web::{ApiError, Caller, Fields, SignedIn};
use utoipa::ToSchema;

use super::With;
use crate::Account;
use crate::recovery::Shown;
use crate::recovery::routes::{asked, confirmed};
use crate::signup::read_email;

/// Nothing from a customer who is signed in; the address from a visitor.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `ask` reads field by field")]
pub struct VerificationRequest {
    #[schema(format = Email, max_length = 254, pattern = r"^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9]+(\.[A-Za-z]+)+$")]
    email: Option<String>,
}

/// `token` of the mail's link, or `code` with the `request` that asked for the mail. Without a session of the account `password`, or
/// `newPassword`, which ends every session.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `confirm` reads field by field")]
#[schema(rename_all = "camelCase")]
pub struct VerificationConfirmation {
    token: Option<String>,
    request: Option<String>,
    code: Option<String>,
    password: Option<String>,
    #[schema(min_length = 8, max_length = 256)]
    new_password: Option<String>,
}

pub async fn ask(
    State(account): State<Arc<Account>>,
    caller: Caller,
    who: Result<SignedIn, ApiError>,
    fields: Option<Fields>,
) -> Result<Response, ApiError> {
    let email = match (who, fields) {
        (Ok(who), fields) => {
            fields.map_or(Ok(()), Fields::finish)?;
            Some(who.customer.email_key.clone())
        }
        // A visitor names the address, perhaps with a session that is over.
        (Err(_), Some(mut fields)) => {
            let email = read_email(&mut fields);
            fields.finish()?;
            email.map(|email| email.key().to_owned())
        }
        (Err(error), None) => return Err(error),
    };
    let asked_for = account.verification.ask(&caller, &email.ok_or(Code::Internal)?).await?;
    Ok(asked(&caller, Sentence::VerificationSent, asked_for))
}

pub async fn confirm(
    State(account): State<Arc<Account>>,
    caller: Caller,
    who: Result<SignedIn, ApiError>,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let shown = Shown::read(&mut fields);
    let with = With::read(&mut fields, who.ok());
    let verified = caller.carry_out(move |caller| async move {
        let counted = account.verification.confirm(&caller, shown, with, fields).await?;
        Ok(confirmed(&caller, Sentence::EmailVerified, &counted))
    });
    verified.await
}
