//! What the body targets share.

use axum::response::IntoResponse;
use doorstep_web::{ApiError, Fields, read_pairs, render};

/// Reads a body as the sign-up route does. A refusal must be a 4xx that can be rendered both ways.
pub fn sign_up(bytes: &[u8], is_form: bool) {
    let Err(error) = read(bytes, is_form) else { return };
    for as_page in [false, true] {
        let hint = error.hint().map(ToString::to_string);
        let answer = render(error.clone().into_response(), "fuzz", as_page, hint.as_deref());
        assert!(answer.status().is_client_error(), "{}", answer.status());
    }
}

fn read(bytes: &[u8], is_form: bool) -> Result<(), ApiError> {
    let mut fields = Fields::new(read_pairs(bytes, is_form)?, is_form);
    let name = fields.required_text("name", 200);
    let password = fields.required_raw_text("password");
    fields.text("email", 254);
    fields.flag("marketingConsent");
    fields.finish()?;
    assert!(!name.trim().is_empty() && !password.is_empty());
    assert!(!name.contains(['\r', '\n', '\0']));
    Ok(())
}
