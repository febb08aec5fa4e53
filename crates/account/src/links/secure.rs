//! `/links/secure`: "was it not you?", the link of every notice. Ends everything, and sends a mail for a new password.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use doorstep_base::{FieldCode, Sentence};
use doorstep_store::{AuditKind, Purpose, Trail};
use doorstep_web::{ApiError, Caller, FieldError, Fields, Whose};

use super::page::{Field, Form, Kind, done, over};
use super::{Token, read};
use crate::Account;

pub(super) const NOT_ME: Field =
    Field { name: "notMe", label: Sentence::NotMe, kind: Kind::Tick, is_required: true };

/// Programs that press every button tick no box.
pub(super) fn ticked(mut fields: Fields) -> Result<(), ApiError> {
    if fields.flag(NOT_ME.name) != Some(true) {
        fields.refuse(NOT_ME.name, FieldError::new(FieldCode::Required));
    }
    fields.finish()
}

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
    let ended = caller.carry_out(move |caller| async move {
        match shut(&account, &caller, &token, fields).await {
            Err(error) => form(&account, &caller, &token, Some(&error)).await,
            shut => shut,
        }
    });
    ended.await
}

async fn shut(account: &Account, caller: &Caller, token: &str, fields: Fields) -> Result<Response, ApiError> {
    ticked(fields)?;
    let recovery = &account.recovery;
    recovery.limits.count(caller, Whose::Nobody).await?;
    let Some(customer) = account.noticed(token).await? else { return Ok(over(caller)) };
    let event = recovery.auditor.of(AuditKind::AccountShut, &caller.client, customer.id, None);
    let (ask, _) = account.mail.asking(caller, Purpose::RecoverPassword, &customer.email_key);
    let trail = Trail { outbox: vec![ask], ..event.into() };
    if !recovery.store.shut_account(customer.id, recovery.clock.now(), trail).await? {
        return Ok(over(caller));
    }
    Ok(done(account, caller, Sentence::ShutDone))
}

async fn form(
    account: &Account,
    caller: &Caller,
    token: &str,
    error: Option<&ApiError>,
) -> Result<Response, ApiError> {
    if account.noticed(token).await?.is_none() {
        return Ok(over(caller));
    }
    let (title, button) = (Sentence::WasItYou, Sentence::EndEverything);
    let (words, fields, choices) = (vec![Sentence::ShutExplained.into()], &[NOT_ME], Vec::new());
    Ok(Form { account, caller, title, token, words, fields, choices, button, error }.page())
}
