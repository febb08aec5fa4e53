//! `/links/verify`: whose address it is. In the browser where the account is signed in one button does it; elsewhere the page asks for
//! the password, or for a new one.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use doorstep_base::{Code, Sentence};
use doorstep_store::Purpose;
use doorstep_web::{ApiError, Caller, Credential, Fields, SignedIn};

use super::page::{Field, Form, Kind, NEW_PASSWORD, asked, done, over};
use super::{Token, read};
use crate::Account;
use crate::recovery::Shown;
use crate::verification::With;

pub(super) const EITHER: &[Field] = &[
    Field { name: "password", label: Sentence::Password, kind: Kind::Password, is_required: false },
    Field { is_required: false, ..NEW_PASSWORD },
];

pub async fn show(
    State(account): State<Arc<Account>>,
    caller: Caller,
    Token(token): Token,
) -> Result<Response, ApiError> {
    form(&account, &caller, &token, visitor(&account, &caller).await.as_ref(), None).await
}

/// Who looks at the page, whatever site the link stood on: a mailbox is one.
pub(super) async fn visitor(account: &Account, caller: &Caller) -> Option<SignedIn> {
    let credential = Credential::read(&caller.headers, account.config.web.cookie).ok()?;
    account.checker.check(credential).await.ok()
}

pub async fn post(
    State(account): State<Arc<Account>>,
    caller: Caller,
    who: Result<SignedIn, ApiError>,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let token = read(&account, &caller, &mut fields)?;
    let who = who.ok();
    let with = With::read(&mut fields, who.clone());
    let verified = caller.carry_out(move |caller| async move {
        match account.verification.confirm(&caller, Shown::link(&token), with, fields).await {
            Ok(_) => Ok(done(&account, &caller, Sentence::EmailVerified)),
            Err(error) if error.code() == Code::ChallengeSpent => Ok(over(&caller)),
            Err(error) => form(&account, &caller, &token, who.as_ref(), Some(&error)).await,
        }
    });
    verified.await
}

async fn form(
    account: &Account,
    caller: &Caller,
    token: &str,
    who: Option<&SignedIn>,
    error: Option<&ApiError>,
) -> Result<Response, ApiError> {
    let Some((slip, challenge)) = account.link(Purpose::VerifyEmail, token).await? else {
        return Ok(over(caller));
    };
    let is_own = who.is_some_and(|who| challenge.customer == Some(who.customer.id));
    let mut words = vec![asked(&slip.device, challenge.created_at)];
    if !is_own {
        words.push(Sentence::VerifyExplained.into());
    }
    let title = Sentence::ConfirmEmail;
    let fields = if is_own { &[] } else { EITHER };
    let (choices, button) = (Vec::new(), Sentence::Confirm);
    Ok(Form { account, caller, title, token, words, fields, choices, button, error }.page())
}
