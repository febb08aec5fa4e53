//! `/links/recover`: a new password.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use doorstep_base::{Code, Sentence};
use doorstep_store::Purpose;
use doorstep_web::{ApiError, Caller, Fields};

use super::page::{Form, NEW_PASSWORD, asked, done, over};
use super::{Token, read};
use crate::Account;
use crate::password::Password;
use crate::recovery::Shown;

pub async fn show(
    State(account): State<Arc<Account>>,
    caller: Caller,
    Token(token): Token,
) -> Result<Response, ApiError> {
    form(&account, &caller, &token, None).await
}

pub async fn post(
    State(account): State<Arc<Account>>,
    caller: Caller,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let token = read(&account, &caller, &mut fields)?;
    let new = Password::new(fields.required_raw_text("newPassword"));
    let recovered = caller.carry_out(move |caller| async move {
        let (purpose, shown) = (Purpose::RecoverPassword, Shown::link(&token));
        match account.recovery.confirm(&caller, purpose, shown, new, fields).await {
            Ok(_) => Ok(done(&account, &caller, Sentence::PasswordRecovered)),
            Err(error) if error.code() == Code::ChallengeSpent => Ok(over(&caller)),
            Err(error) => form(&account, &caller, &token, Some(&error)).await,
        }
    });
    recovered.await
}

async fn form(
    account: &Account,
    caller: &Caller,
    token: &str,
    error: Option<&ApiError>,
) -> Result<Response, ApiError> {
    let Some((slip, challenge)) = account.link(Purpose::RecoverPassword, token).await? else {
        return Ok(over(caller));
    };
    Ok(Form {
        account,
        caller,
        title: Sentence::ChoosePassword,
        token,
        words: vec![asked(&slip.device, challenge.created_at)],
        fields: &[NEW_PASSWORD],
        choices: Vec::new(),
        button: Sentence::SavePassword,
        error,
    }
    .page())
}
