//! `POST /api/signup`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use doorstep_base::Sentence;
use doorstep_web::{ApiError, Caller, Fields};
use utoipa::ToSchema;

use super::Outcome;
use crate::recovery::routes::asked;
use crate::sessions::{Greeting, welcome};
use crate::{Account, links};

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `SignupForm::read` reads field by field")]
#[schema(rename_all = "camelCase")]
pub struct SignupRequest {
    /// `username` is taken for it where no `name` is sent.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: String,
    #[schema(format = Email, max_length = 254, pattern = r"^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9]+(\.[A-Za-z]+)+$")]
    email: String,
    #[schema(min_length = 8, max_length = 256)]
    password: String,
    /// `jwt` (default), `cookie` or `token`.
    #[schema(pattern = "^(jwt|cookie|token)$")]
    session: Option<String>,
    marketing_consent: Option<bool>,
}

pub async fn sign_up(
    State(account): State<Arc<Account>>,
    caller: Caller,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let form = account.signup.read(&mut fields);
    let signed_up = caller.carry_out(move |caller| async move {
        let signed_up = match account.signup.sign_up(&caller, form, fields).await? {
            Outcome::SignedUp(signed_up) => *signed_up,
            // Without a script there is nowhere to type the code: the mail's link leads on.
            Outcome::Asked(_) if caller.in_page() => return Ok(links::told(&caller, Sentence::SignupSent)),
            Outcome::Asked(asked_for) => return Ok(asked(&caller, Sentence::SignupSent, asked_for)),
        };
        let greeting = Greeting {
            status: StatusCode::CREATED,
            message: Sentence::SignedUp,
            page: &account.config.after_signup,
        };
        let mut response = welcome(&caller, &greeting, signed_up.entered, &signed_up.counted);
        if let Some(hint) = signed_up.hint {
            response.extensions_mut().insert(hint);
        }
        Ok(response)
    });
    signed_up.await
}
