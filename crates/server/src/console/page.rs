//! The page and its parts, out of the binary.

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use doorstep_base::Code;
use doorstep_web::ApiError;

/// Its own files and calls, and nothing else: no script or style in the page, no markup made of text.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
);
const HTML: &str = "text/html; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Name, content type and contents.
type Part = (&'static str, &'static str, &'static str);

const INDEX: Part = ("index.html", HTML, include_str!("page/index.html"));
const MAILBOX: Part = ("mailbox.html", HTML, include_str!("page/mailbox.html"));
const PARTS: [Part; 15] = [
    ("console.css", STYLE, include_str!("page/console.css")),
    ("parts.css", STYLE, include_str!("page/parts.css")),
    ("icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
    ("console.js", SCRIPT, include_str!("page/console.js")),
    ("call.js", SCRIPT, include_str!("page/call.js")),
    ("dom.js", SCRIPT, include_str!("page/dom.js")),
    ("failures.js", SCRIPT, include_str!("page/failures.js")),
    ("mailbox.css", STYLE, include_str!("page/mailbox.css")),
    ("mailbox.js", SCRIPT, include_str!("page/mailbox.js")),
    ("origins.js", SCRIPT, include_str!("page/origins.js")),
    ("reading.js", SCRIPT, include_str!("page/reading.js")),
    ("signups.js", SCRIPT, include_str!("page/signups.js")),
    ("templates.js", SCRIPT, include_str!("page/templates.js")),
    ("tryout.js", SCRIPT, include_str!("page/tryout.js")),
    ("watch.js", SCRIPT, include_str!("page/watch.js")),
];

pub async fn index() -> Response {
    answer(INDEX)
}

/// The mails that dev mode keeps.
pub async fn mailbox() -> Response {
    answer(MAILBOX)
}

pub async fn part(Path(name): Path<String>) -> Response {
    match PARTS.into_iter().find(|part| part.0 == name) {
        Some(part) => answer(part),
        None => ApiError::new(Code::NotFound).into_response(),
    }
}

fn answer((_, kind, text): Part) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, text).into_response()
}
