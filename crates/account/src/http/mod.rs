//! What every route shares: who asks, what the body says, what is answered when it fails.

mod body;
mod client;
mod cookie;
mod csrf;
mod error;
mod fields;
mod guard;
mod hint;
pub(crate) mod hints;
mod page;
mod text;

pub(crate) use body::TakesForm;
pub use body::read_pairs;
pub use client::{Client, ClientOf};
pub use cookie::{CookieJar, CookieName};
pub use csrf::Origins;
pub use error::ApiError;
pub use fields::{FieldError, Fields};
pub use guard::{Credential, SignedIn};
pub use hint::Hint;
pub use page::wants_page;
pub use text::{country, locale, phone};

/// The answer as the client gets it: a failure gets its body here, outermost, where the request's id is known.
/// With `as_page` a person without JavaScript reads it as a small HTML page instead of JSON. `hint` is for dev mode only.
pub fn render(
    response: axum::response::Response,
    request_id: &str,
    as_page: bool,
    hint: Option<&str>,
) -> axum::response::Response {
    let Some(error) = response.extensions().get::<ApiError>().cloned() else {
        return response;
    };
    if as_page {
        page::render(&error, request_id, hint, response)
    } else {
        error.render(request_id, hint, response)
    }
}
