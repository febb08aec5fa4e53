//! `/links/email`: a new address. In the browser where the account is signed in one button does it; elsewhere the page asks for the password.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use doorstep_base::{Code, Sentence, Text};
use doorstep_store::Purpose;
use doorstep_web::{ApiError, Caller, Fields, SignedIn};

use super::page::{Field, Form, Kind, asked, done, over};
use super::verify::visitor;
use super::{Token, read};
use crate::Account;
use crate::recovery::Shown;
use crate::verification::With;

const PASSWORD: &[Field] =
    &[Field { name: "password", label: Sentence::Password, kind: Kind::Password, is_required: true }];

pub async fn show(
    State(account): State<Arc<Account>>,
    caller: Caller,
    Token(token): Token,
) -> Result<Response, ApiError> {
    form(&account, &caller, &token, visitor(&account, &caller).await.as_ref(), None).await
}

pub async fn post(
    State(account): State<Arc<Account>>,
    caller: Caller,
    who: Result<SignedIn, ApiError>,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let token = read(&account, &caller, &mut fields)?;
    let who = who.ok();
    let with = With::read_owner(&mut fields, who.clone());
    let changed = caller.carry_out(move |caller| async move {
        match account.email_change.confirm(&caller, Shown::link(&token), with, fields).await {
            Ok(_) => Ok(done(&account, &caller, Sentence::EmailChanged)),
            Err(error) if error.code() == Code::ChallengeSpent => Ok(over(&caller)),
            Err(error) => form(&account, &caller, &token, who.as_ref(), Some(&error)).await,
        }
    });
    changed.await
}

async fn form(
    account: &Account,
    caller: &Caller,
    token: &str,
    who: Option<&SignedIn>,
    error: Option<&ApiError>,
) -> Result<Response, ApiError> {
    let Some((slip, challenge)) = account.link(Purpose::ChangeEmail, token).await? else {
        return Ok(over(caller));
    };
    let Some(email) = challenge.email.filter(|_| challenge.customer.is_some()) else {
        return Ok(over(caller));
    };
    let is_own = who.is_some_and(|who| challenge.customer == Some(who.customer.id));
    let becomes = Text::from(Sentence::EmailBecomes).with("email", email);
    let mut words = vec![asked(&slip.device, challenge.created_at), becomes];
    if !is_own {
        words.push(Sentence::EmailBecomesExplained.into());
    }
    let (title, button) = (Sentence::ConfirmNewEmail, Sentence::Confirm);
    let (fields, choices) = (if is_own { &[] } else { PASSWORD }, Vec::new());
    Ok(Form { account, caller, title, token, words, fields, choices, button, error }.page())
}
