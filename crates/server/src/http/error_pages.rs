//! `/errors/{code}`: the page that the `type` of every problem leads to. Made of the codes themselves.

use std::fmt::Write;

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use doorstep_account::http::ApiError;
use doorstep_base::{Code, FieldCode};
use serde_json::json;

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
const STYLE: &str = "body{font:16px/1.6 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}\
    code{background:color-mix(in srgb,currentColor 10%,transparent);padding:.1em .3em;border-radius:.2em}dt{margin-top:1rem}";

/// One code: a page for people, JSON for programs that ask for it.
pub async fn one(Path(code): Path<String>, headers: HeaderMap) -> Response {
    if let Some(known) = Code::ALL.iter().find(|known| known.as_str() == code) {
        let (status, title, text) = (known.status(), known.title(), known.description());
        if wants_json(&headers) {
            return Json(json!({ "code": code, "status": status, "title": title, "description": text }))
                .into_response();
        }
        let body = format!(
            "<h1>{}</h1><p><code>{code}</code>, status {status}</p><p>{}</p>",
            escape(title),
            marked_up(text)
        );
        return page(title, &body);
    }
    match FieldCode::ALL.iter().find(|known| known.as_str() == code) {
        Some(field) if wants_json(&headers) => {
            Json(json!({ "code": code, "message": field.message() })).into_response()
        }
        Some(field) => {
            let body = format!(
                "<h1>{}</h1><p><code>{code}</code>, one of the codes in <code>fields</code> of <a href=\"/errors/invalid_fields\">invalid_fields</a></p>",
                escape(field.message())
            );
            page(field.message(), &body)
        }
        None => ApiError::new(Code::NotFound)
            .detail("There is no error with this code. /errors lists them all.")
            .into_response(),
    }
}

/// All codes on one page.
pub async fn all(headers: HeaderMap) -> Response {
    if wants_json(&headers) {
        return Json(doorstep_account::error_codes()).into_response();
    }
    let (mut codes, mut fields) = (String::new(), String::new());
    for code in Code::ALL {
        let (name, status, title) = (code.as_str(), code.status(), escape(code.title()));
        let _ = write!(
            codes,
            "<dt><a href=\"/errors/{name}\"><code>{name}</code></a> {status}</dt><dd>{title}</dd>"
        );
    }
    for code in FieldCode::ALL {
        let _ = write!(fields, "<dt><code>{}</code></dt><dd>{}</dd>", code.as_str(), escape(code.message()));
    }
    page(
        "Error codes",
        &format!("<h1>Error codes</h1><dl>{codes}</dl><h2>Codes of fields</h2><dl>{fields}</dl>"),
    )
}

fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"))
}

fn page(title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{} - Doorstep</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>",
        escape(title)
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    (headers, Html(html)).into_response()
}

/// Escaped, with what stands between backticks as code.
fn marked_up(text: &str) -> String {
    let mut html = String::new();
    for (i, part) in escape(text).split('`').enumerate() {
        let _ = if i % 2 == 1 { write!(html, "<code>{part}</code>") } else { write!(html, "{part}") };
    }
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
