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
mod field_error;
mod fields;
mod gone;
mod guard;
mod hint;
mod hints;
mod idempotency;
mod label;
mod language;
pub mod limits;
mod network;
pub mod openapi;
mod page;
mod route;
mod shares;
mod text;

use doorstep_base::Language;

pub use after_entry::{AfterEntry, NewEntry};
pub use app::{App, WebConfig};
pub use body::read_pairs;
pub use body_memory::shared as shared_body_memory;
pub use caller::Caller;
pub use client::{Client, ClientOf};
pub use cookie::CookieName;
pub use csrf::Origins;
pub use error::ApiError;
pub use field_error::FieldError;
pub use fields::Fields;
pub use gone::{Gone, Waits};
pub use guard::{Credential, FOREIGN_TOKEN_HEADERS, SignedIn};
pub use hint::Hint;
pub use idempotency::{IDEMPOTENCY_KEY, KeyedRequest, Repeatable, Repeats};
pub use language::{asked_language, speaks};
pub use limits::{Counted, LimitKey, Limits, Per, Rate, Rates, Whose};
pub use network::networks_around;
pub use page::{OwnPage, PostedForm, ShopPage, ShopPages, escape_html, own_page, wants_page};
pub use route::{Guard, Route, RouteInfo, router};
pub use shares::{NoneLeft, Share, Shares};
pub use text::{country, locale};

/// Who reads an answer, and how.
#[derive(Debug, Default)]
pub struct Reader<'a> {
    pub request_id: &'a str,
    pub language: Language,
    /// For dev mode only.
    pub hint: Option<&'a str>,
    /// Where a person without JavaScript reads it as a page instead of JSON.
    pub form: Option<&'a PostedForm>,
    pub shop_pages: Option<&'a ShopPages>,
}

/// The answer as the client gets it: a failure gets its body here, outermost, where the request's id is known.
pub fn render(response: axum::response::Response, reader: &Reader<'_>) -> axum::response::Response {
    let Some(error) = response.extensions().get::<ApiError>().cloned() else {
        return response;
    };
    match reader.form {
        Some(form) => page::render(&error, form, reader, response),
        None => error.render(reader, response),
    }
}
