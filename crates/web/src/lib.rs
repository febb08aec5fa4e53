//! What every route shares, whatever it is about: who asks, what the body says, what is answered when it fails, how often
//! it may be asked, and the table that the router and the OpenAPI document are made of.
//!
//! Nothing here knows an application: each brings its state, which is an [`App`], and its own table of [`Route`]s.

mod after_entry;
mod app;
mod body;
mod body_memory;
mod caller;
mod charset;
mod client;
mod cookie;
mod csrf;
mod error;
mod fields;
mod gone;
mod guard;
mod hint;
mod hints;
mod idempotency;
pub mod limits;
mod network;
pub mod openapi;
mod page;
mod route;
mod shares;
mod text;

pub use after_entry::{AfterEntry, NewEntry};
pub use app::{App, WebConfig};
pub use body::read_pairs;
pub use body_memory::shared as shared_body_memory;
pub use caller::Caller;
pub use client::{Client, ClientOf};
pub use cookie::CookieName;
pub use csrf::Origins;
pub use error::ApiError;
pub use fields::{FieldError, Fields};
pub use gone::{Gone, Waits};
pub use guard::{Credential, SignedIn};
pub use hint::Hint;
pub use idempotency::{IDEMPOTENCY_KEY, KeyedRequest, Repeatable, Repeats};
pub use limits::{Counted, LimitKey, Limits, Rate, Rates, Whose};
pub use page::wants_page;
pub use route::{Guard, Route, RouteInfo, router};
pub use shares::{NoneLeft, Share, Shares};
pub use text::{country, is_unseen, locale, phone};

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
