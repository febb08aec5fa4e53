//! `/links/undo`: the former address again, for whoever still reads its mail.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use doorstep_base::{Code, Sentence, Text};
use doorstep_web::{ApiError, Caller, Fields};

use super::page::{Form, done, over};
use super::secure::{NOT_ME, ticked};
use super::{Token, read};
use crate::Account;

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
    let restored = caller.carry_out(move |caller| async move {
        let undone = match ticked(fields) {
            Ok(()) => account.email_change.undo(&caller, &token).await,
            Err(error) => Err(error),
        };
        match undone {
            Ok(_) => Ok(done(&account, &caller, Sentence::EmailRestored)),
            Err(error) if error.code() == Code::ChallengeSpent => Ok(over(&caller)),
            Err(error) => form(&account, &caller, &token, Some(&error)).await,
        }
    });
    restored.await
}

async fn form(
    account: &Account,
    caller: &Caller,
    token: &str,
    error: Option<&ApiError>,
) -> Result<Response, ApiError> {
    let Some((_, _, email)) = account.email_change.former(token).await? else { return Ok(over(caller)) };
    let words = vec![Text::from(Sentence::TakeBackExplained).with("email", email.as_typed())];
    let (title, button) = (Sentence::TakeBackEmail, Sentence::TakeBack);
    let (fields, choices) = (&[NOT_ME], Vec::new());
    Ok(Form { account, caller, title, token, words, fields, choices, button, error }.page())
}
