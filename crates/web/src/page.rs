//! The answer to a form that was posted without JavaScript: a small page instead of JSON.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;

use crate::{ApiError, FieldError};

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

pub(crate) fn render(error: &ApiError, request_id: &str, hint: Option<&str>, response: Response) -> Response {
    let item = |(name, field): &(String, FieldError)| {
        format!("<li><strong>{}</strong>: {}</li>", escape(name), escape(field.message()))
    };
    let items = error.field_errors().iter().map(item).collect::<Vec<_>>().concat();
    let list = if items.is_empty() { String::new() } else { format!("<ul>{items}</ul>") };
    let detail = error
        .detail_text()
        .filter(|_| items.is_empty())
        .map(|d| format!("<p>{}</p>", escape(d)))
        .unwrap_or_default();
    let hint = hint.map(|hint| format!("<p><code>{}</code></p>", escape(hint))).unwrap_or_default();
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title></head><body><main><h1>{title}</h1>{list}{detail}{hint}\
         <p>Use your browser's back button to correct the form.</p><p><small>Request {id}</small></p></main></body></html>",
        title = escape(error.message_text()),
        id = escape(request_id),
    );
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(html))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
