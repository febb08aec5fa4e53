//! `POST /api/verification`, `POST /api/verification/confirm`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use doorstep_base::Sentence;
use doorstep_web::{ApiError, Caller, Fields, SignedIn};
use utoipa::ToSchema;

use super::With;
use crate::Account;
use crate::recovery::Shown;
use crate::recovery::routes::{asked, confirmed};

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
    who: SignedIn,
) -> Result<Response, ApiError> {
    Ok(asked(&caller, Sentence::VerificationSent, account.verification.ask(&caller, &who).await?))
}

pub async fn confirm(
    State(account): State<Arc<Account>>,
    caller: Caller,
    who: Result<SignedIn, ApiError>,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let shown = Shown::read(&mut fields);
    let with = With::read(&mut fields, who.ok().as_ref());
    let verified = caller.carry_out(move |caller| async move {
        let counted = account.verification.confirm(&caller, shown, with, fields).await?;
        Ok(confirmed(&caller, Sentence::EmailVerified, &counted))
    });
    verified.await
}
