//! `/links/login`: here, or on the device that asked if whoever reads the mail sees its number.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use doorstep_base::{Code, FieldCode, Sentence, Text};
use doorstep_store::{Purpose, SessionMode};
use doorstep_web::{ApiError, Caller, FieldError, Fields};

use super::page::{CHOICE, Form, asked, over, told};
use super::verify::EITHER;
use super::{Token, read};
use crate::Account;
use crate::mailed_login::{self, routes::greeting};
use crate::recovery::Shown;
use crate::sessions::welcome;
use crate::verification::With;

const HERE: &str = "here";

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
    let (choice, with) = (fields.text(CHOICE, 8), With::read_if_any(&mut fields));
    let posted = caller.carry_out(move |caller| async move {
        let answer = match choice.as_deref() {
            Some(HERE) | None => here(&account, &caller, &token, (with, fields), choice.is_some()).await,
            Some(number) => there(&account, &caller, &token, number).await,
        };
        match answer {
            Err(error) if error.code() == Code::ChallengeSpent => Ok(over(&caller)),
            Err(error) => form(&account, &caller, &token, Some(&error)).await,
            answer => answer,
        }
    });
    posted.await
}

async fn here(
    account: &Account,
    caller: &Caller,
    token: &str,
    (with, mut fields): (Option<With>, Fields),
    is_chosen: bool,
) -> Result<Response, ApiError> {
    // Where the page has no choice it asks for a password, which is one.
    if !is_chosen && with.is_none() {
        fields.refuse(CHOICE, FieldError::new(FieldCode::Required));
    }
    let form = (mailed_login::Form::default(), with);
    let (entered, counted) = account.mailed_login.confirm(caller, Shown::link(token), form, fields).await?;
    Ok(welcome(caller, &greeting(account), entered, &counted))
}

async fn there(account: &Account, caller: &Caller, token: &str, number: &str) -> Result<Response, ApiError> {
    let now = account.recovery.clock.now();
    let read = account.mail.slips.by_link(Purpose::LogIn, token, now);
    let (presented, slip) = read.ok_or(Code::ChallengeSpent)?;
    let keyed = account.mail.slips.keyed(&slip, token).ok_or(Code::ChallengeSpent)?;
    let Some(number) = number.parse().ok().filter(|number| keyed.numbers().contains(number)) else {
        return Err(Fields::refusal(CHOICE, FieldError::new(FieldCode::InvalidChoice)));
    };
    let is_right = number == keyed.number();
    account.mailed_login.choose(caller, presented, is_right).await?;
    Ok(told(caller, if is_right { Sentence::LoggedInThere } else { Sentence::NumberWrong }))
}

async fn form(
    account: &Account,
    caller: &Caller,
    token: &str,
    error: Option<&ApiError>,
) -> Result<Response, ApiError> {
    let Some((slip, challenge)) = account.link(Purpose::LogIn, token).await? else {
        return Ok(over(caller));
    };
    let customer = match challenge.customer {
        Some(customer) => account.recovery.store.find_customer(customer).await?,
        None => None,
    };
    let Some(customer) = customer else { return Ok(over(caller)) };
    let as_whom = Text::from(Sentence::LogInAs).with("email", &customer.email);
    let mut words = vec![asked(&slip.device, challenge.created_at), as_whom];
    let is_proven = customer.email_verified_at.is_some();
    if !is_proven {
        words.push(Sentence::VerifyExplained.into());
    }
    let keyed = account.mail.slips.keyed(&slip, token).ok_or(Code::ChallengeSpent)?;
    let numbers = keyed.numbers().map(|number| {
        let there = Text::from(Sentence::LogInThere).with("number", number);
        (number.to_string(), there)
    });
    // A shop of apps alone has no session for a browser.
    let has_here = account.config.sessions.modes.contains(&SessionMode::Cookie);
    let here = has_here.then(|| (HERE.to_owned(), Sentence::LogInHere.into()));
    let choices = if is_proven { here.into_iter().chain(numbers).collect() } else { Vec::new() };
    let fields = if is_proven { &[] } else { EITHER };
    let (title, button) = (Sentence::LogIn, Sentence::GoOn);
    Ok(Form { account, caller, title, token, words, fields, choices, button, error }.page())
}
