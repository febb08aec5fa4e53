//! Who may call: a handler that takes [`SignedIn`] runs for a live session only.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use doorstep_base::Code;
use doorstep_store::{Customer, Session};

use crate::{ApiError, App, Client, CookieName, hints};

/// Where the backends of tutorials look for a token. Here they are only recognised.
pub const FOREIGN_TOKEN_HEADERS: [&str; 4] = ["x-auth-token", "x-access-token", "x-token", "token"];

/// A request whose session lives, at this moment, with its customer.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub session: Session,
    pub customer: Customer,
}

/// What a request carries to say who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential<'a> {
    Bearer(&'a str),
    /// Every value of the session cookie, one at least: which of them is a session is the application's to say.
    Cookies(Vec<&'a str>),
}

impl<'a> Credential<'a> {
    /// The Authorization header counts first: a program that sends one means it.
    pub fn read(headers: &'a HeaderMap, cookie: CookieName) -> Result<Self, ApiError> {
        let authorization = match headers.get(header::AUTHORIZATION) {
            Some(value) => value.to_str().map_err(|_| Code::TokenInvalid)?.trim(),
            None => "",
        };
        if !authorization.is_empty() {
            return match authorization.split_once(' ') {
                Some((scheme, token))
                    if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() =>
                {
                    match hints::bearer(token.trim()) {
                        None => Ok(Self::Bearer(token.trim())),
                        Some(hint) => Err(ApiError::new(Code::TokenInvalid).because(hint)),
                    }
                }
                _ => Err(ApiError::new(Code::TokenInvalid)
                    .detail("The Authorization header has another form. Send it as: Authorization: Bearer <token>")
                    .because(hints::authorization(authorization))),
            };
        }
        let values = cookie.read(headers);
        if values.is_empty() { Err(no_session(headers)) } else { Ok(Self::Cookies(values)) }
    }
}

fn no_session(headers: &HeaderMap) -> ApiError {
    let refused = ApiError::new(Code::NoSession);
    match FOREIGN_TOKEN_HEADERS.iter().find(|name| headers.contains_key(**name)) {
        Some(name) => {
            let hint = hints::other_header(name);
            refused.detail(hint.text.clone()).because(hint)
        }
        None => refused,
    }
}

impl<S: App> FromRequestParts<Arc<S>> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<S>) -> Result<Self, ApiError> {
        let config = state.web();
        let credential = Credential::read(&parts.headers, config.cookie)?;
        if matches!(credential, Credential::Cookies(_)) {
            let is_read = parts.method.is_safe();
            let (origins, headers) = (&config.origins, &parts.headers);
            if is_read { origins.check_read(headers) } else { origins.check(headers) }?;
        }
        let who = state.signed_in(credential).await?;
        if let Some(client) = parts.extensions.get::<Arc<Client>>() {
            // Found a second time it is the same one.
            let _ = client.customer.set(who.customer.id);
        }
        Ok(who)
    }
}
