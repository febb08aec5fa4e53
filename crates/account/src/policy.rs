//! `GET /api/policy`: what a form needs to know before it asks.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Account, ProvesAddress};

#[derive(Serialize, ToSchema)]
pub struct PolicyAnswer {
    pub password: PasswordPolicy,
    pub signup: SignupPolicy,
    pub session: SessionPolicy,
    #[schema(required = false)]
    pub login: LoginPolicy,
    /// Whether mails are sent: without them there is neither recovery nor verification.
    #[schema(required = false)]
    pub mail: bool,
    /// Whether `GET /api/user/events` tells what has happened to an account.
    #[schema(required = false)]
    pub events: bool,
}

/// Lengths in code points. There are no composition rules; common passwords and the customer's own name are refused.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasswordPolicy {
    pub min_length: usize,
    pub max_length: usize,
    /// Whether a change of password honours `Idempotency-Key`.
    #[schema(required = false)]
    pub idempotency_key: bool,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignupPolicy {
    pub required: Vec<&'static str>,
    /// Whether `Idempotency-Key` is honoured.
    pub idempotency_key: bool,
    /// When a new customer proves the address: `none` (whenever), `after` (a mail asks for it), or `before`: then sign-up answers 202 for every
    /// address, and nobody logs in until then.
    #[schema(required = false)]
    pub verification: &'static str,
}

#[derive(Serialize, ToSchema)]
pub struct LoginPolicy {
    /// Fields that login takes besides `email`, `password` and `session`: `deviceToken`.
    pub optional: Vec<&'static str>,
    /// Whether customers may log in by a code or a link in a mail.
    #[schema(required = false)]
    pub code: bool,
}

#[derive(Serialize, ToSchema)]
pub struct SessionPolicy {
    pub modes: Vec<&'static str>,
}

pub async fn read(State(account): State<Arc<Account>>) -> Response {
    let config = &account.config;
    let required =
        if config.require_name { vec!["name", "email", "password"] } else { vec!["email", "password"] };
    // Where sign-up opens no session it may simply be sent again.
    let can_be_repeated = config.verification != ProvesAddress::Before;
    let answer = PolicyAnswer {
        password: PasswordPolicy {
            min_length: config.passwords.min_length,
            max_length: config.passwords.max_length,
            idempotency_key: true,
        },
        signup: SignupPolicy {
            required,
            idempotency_key: can_be_repeated,
            verification: config.verification.as_str(),
        },
        session: SessionPolicy { modes: config.sessions.modes.iter().map(|mode| mode.as_str()).collect() },
        login: LoginPolicy { optional: vec!["deviceToken"], code: account.mailed_login.is_offered() },
        mail: account.mail.is_on(),
        events: true,
    };
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(answer)).into_response()
}
