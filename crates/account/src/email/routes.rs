//! `POST /api/user/email`, `…/confirm`, `…/undo`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use doorstep_base::{Code, Sentence};
use doorstep_web::{ApiError, Caller, Fields, SignedIn};
use utoipa::ToSchema;

use super::Owner;
use crate::Account;
use crate::recovery::Shown;
use crate::recovery::routes::{asked, confirmed};
use crate::signup::read_email_in;
use crate::verification::With;

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `ask` reads field by field")]
#[schema(rename_all = "camelCase")]
pub struct EmailChangeRequest {
    #[schema(format = Email, max_length = 254, pattern = r"^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9]+(\.[A-Za-z]+)+$")]
    new_email: String,
    /// The account's. Or `code` and `request`, or `token`, of a mail of `POST /api/login/code`.
    #[schema(min_length = 1)]
    password: Option<String>,
    token: Option<String>,
    request: Option<String>,
    code: Option<String>,
}

/// `token` of the mail's link, or `code` with the `request` that asked for the mail. Without a session of the account its `password`.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `confirm` reads field by field")]
pub struct EmailChangeConfirmation {
    token: Option<String>,
    request: Option<String>,
    code: Option<String>,
    password: Option<String>,
}

/// `token` of the link in the mail to the former address.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `undo` reads field by field")]
pub struct EmailUndo {
    token: String,
}

pub async fn ask(
    State(account): State<Arc<Account>>,
    caller: Caller,
    who: SignedIn,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let email = read_email_in(&mut fields, "newEmail");
    let owner = Owner::read(&mut fields);
    fields.finish()?;
    let email = email.ok_or(Code::Internal)?;
    let asked_for = account.email_change.ask(&caller, &who, (email, owner)).await?;
    Ok(asked(&caller, Sentence::EmailChangeSent, asked_for))
}

pub async fn confirm(
    State(account): State<Arc<Account>>,
    caller: Caller,
    who: Result<SignedIn, ApiError>,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let shown = Shown::read(&mut fields);
    let with = With::read_owner(&mut fields, who.ok());
    let changed = caller.carry_out(move |caller| async move {
        let counted = account.email_change.confirm(&caller, shown, with, fields).await?;
        Ok(confirmed(&caller, Sentence::EmailChanged, &counted))
    });
    changed.await
}

pub async fn undo(
    State(account): State<Arc<Account>>,
    caller: Caller,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let token = fields.required_raw_text("token");
    fields.finish()?;
    let restored = caller.carry_out(move |caller| async move {
        let counted = account.email_change.undo(&caller, &token).await?;
        Ok(confirmed(&caller, Sentence::EmailRestored, &counted))
    });
    restored.await
}
