//! The answer to a form that a browser posted by itself: the form once more, with what was typed and with the words
//! beside it, instead of JSON. It is the shop's own page where this server has it, and a small one of ours elsewhere.

mod markup;
mod own;
mod posted;
mod referer;
mod refusals;
mod shop;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use doorstep_base::{Language, Sentence, Text};

pub use markup::escape_html;
pub use posted::PostedForm;

use crate::language::BY_LANGUAGE;
use crate::{ApiError, Reader, speaks};

/// So many seconds say less than their minutes.
const MINUTES_FROM: u64 = 120;

/// Pages of the shop that the form may have been sent from, the likeliest first.
#[derive(Debug)]
pub struct ShopPages {
    pub pages: Vec<ShopPage>,
    /// The `Content-Security-Policy` that these pages have.
    pub policy: HeaderValue,
    /// The same for a page that gets a `<base>`.
    pub policy_with_base: HeaderValue,
}

#[derive(Debug)]
pub struct ShopPage {
    pub path: String,
    pub html: String,
}

/// Marks an answer that is a page already, whatever its status: nothing else takes its place.
#[derive(Clone, Copy)]
pub struct OwnPage;

/// A page of this server's own, for the links of mails. `main` is HTML.
pub fn own_page(status: StatusCode, title: &Text, main: &str, language: Language) -> Response {
    let mut response = (status, own::whole(title, main, language)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, own::POLICY);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Its address has a secret in it.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    speaks(language, headers);
    response.extensions_mut().insert(OwnPage);
    response
}

/// Whether a person looks at the raw answer: a browser that posts a form by itself.
pub fn wants_page(method: &Method, headers: &HeaderMap) -> bool {
    let starts = |name, prefix: &str| {
        headers
            .get(name)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|v| v.to_ascii_lowercase().starts_with(prefix))
    };
    method == Method::POST
        && starts(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        && starts(header::ACCEPT, "text/html")
}

pub(crate) fn render(
    error: &ApiError,
    form: &PostedForm,
    reader: &Reader<'_>,
    response: Response,
) -> Response {
    let shown = reader.shop_pages.and_then(|shop| {
        let page = shop.pages.iter().find_map(|page| shop::fill(page, error, form, reader.language))?;
        let policy = if page.has_base { &shop.policy_with_base } else { &shop.policy };
        Some((page.html, policy.clone()))
    });
    let (mut parts, _) = response.into_parts();
    let headers = &mut parts.headers;
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.remove(header::CONTENT_LENGTH);
    let html = match shown {
        Some((page, policy)) => {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
            // What language the rest of it is in, the shop's page says itself.
            headers.append(header::VARY, BY_LANGUAGE);
            page
        }
        None => {
            headers.insert(header::CONTENT_SECURITY_POLICY, own::POLICY);
            speaks(reader.language, headers);
            own::page(error, form, reader)
        }
    };
    Response::from_parts(parts, Body::from(html))
}

/// The message, and when to try again where the answer says so: all in the one language that the message is in.
fn message(error: &ApiError, text: &Text, language: Language) -> String {
    let language = text.spoken_in(language);
    let said = text.in_language(language).into_owned();
    let Some(seconds) = error.retry_seconds() else { return said };
    let stop = if said.ends_with('.') { "" } else { "." };
    let again = match seconds {
        ..MINUTES_FROM => Text::from(Sentence::TryAgainIn).with("seconds", seconds),
        _ => Text::from(Sentence::TryAgainInMinutes).with("minutes", seconds.div_ceil(60)),
    };
    format!("{said}{stop} {}", again.in_language(language))
}
