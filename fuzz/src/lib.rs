//! What the body targets share.

use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::IntoResponse;
use doorstep_web::{ApiError, Fields, Origins, PostedForm, Reader, read_pairs, render};

/// Reads a body as the sign-up route does. A refusal must be a 4xx that can be rendered both ways.
pub fn sign_up(bytes: &[u8], is_form: bool) {
    let Err(error) = read(bytes, is_form) else { return };
    let form = PostedForm::of(&Method::POST, "/api/signup", &posted_by_a_browser(), &Origins::default());
    for form in [None, form.as_ref()] {
        let hint = error.hint().map(ToString::to_string);
        let answer = render(
            error.clone().into_response(),
            &Reader { request_id: "fuzz", hint: hint.as_deref(), form, ..Reader::default() },
        );
        assert!(answer.status().is_client_error(), "{}", answer.status());
    }
}

fn posted_by_a_browser() -> HeaderMap {
    let form = (header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    [form, (header::ACCEPT, HeaderValue::from_static("text/html"))].into_iter().collect()
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
