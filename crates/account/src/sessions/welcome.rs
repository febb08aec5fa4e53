//! What whoever enters is answered, whichever way they came.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use doorstep_base::{Sentence, Text};
use doorstep_web::{Caller, Counted, speaks};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Entered, SessionAnswer};
use crate::profile::UserView;

/// The answer to sign-up, login and a new password.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Welcome {
    pub message: String,
    pub user: UserView,
    /// What to keep, also after logout, and to send at the next login: guesses of others then do not keep the customer out.
    /// In cookie mode a cookie has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_token: Option<String>,
    #[serde(flatten)]
    pub session: SessionAnswer,
}

/// What a way in says of itself.
pub struct Greeting<'a> {
    pub status: StatusCode,
    pub message: Sentence,
    /// The page of the shop that a form goes on to which a browser posted by itself (303, RFC 9110 §15.4.4).
    pub page: &'a str,
}

pub fn welcome(caller: &Caller, greeting: &Greeting<'_>, entered: Entered, counted: &Counted) -> Response {
    let Entered { customer, answer: mut session, device, .. } = entered;
    let cookies = session.cookie.take().into_iter().chain(device.cookie);
    let cookies: Vec<_> = cookies.map(|cookie| (header::SET_COOKIE, cookie)).collect();
    let mut response = if caller.in_page() {
        Redirect::to(greeting.page).into_response()
    } else {
        let language = caller.language();
        let message = Text::from(greeting.message).in_language(language).into_owned();
        let welcome = Welcome { message, user: UserView::new(customer), device_token: device.token, session };
        let mut response = (greeting.status, Json(welcome)).into_response();
        speaks(language, response.headers_mut());
        response
    };
    response.headers_mut().extend(cookies);
    counted.put(response.headers_mut());
    response
}
