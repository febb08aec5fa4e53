//! What whoever enters is answered, whichever way they came.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use doorstep_web::{Caller, Counted};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Entered, SessionAnswer};
use crate::profile::UserView;

/// The answer to sign-up, login and a new password.
#[derive(Serialize, ToSchema)]
pub struct Welcome {
    pub message: &'static str,
    pub user: UserView,
    #[serde(flatten)]
    pub session: SessionAnswer,
}

/// What a way in says of itself.
pub struct Greeting<'a> {
    pub status: StatusCode,
    pub message: &'static str,
    /// The page of the shop that a form goes on to which a browser posted by itself (303, RFC 9110 §15.4.4).
    pub page: &'a str,
}

pub fn welcome(caller: &Caller, greeting: &Greeting<'_>, entered: Entered, counted: &Counted) -> Response {
    let Entered { customer, answer: mut session, .. } = entered;
    let cookie = session.cookie.take();
    let mut response = if caller.in_page() {
        Redirect::to(greeting.page).into_response()
    } else {
        let welcome = Welcome { message: greeting.message, user: UserView::new(customer), session };
        (greeting.status, Json(welcome)).into_response()
    };
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    counted.put(response.headers_mut());
    response
}
