//! The pages: no script, one column, readable on a phone and in the dark.

use std::fmt::Write;

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use doorstep_base::{Cause, Code, FieldCode};

use super::markup::{blocks, escape, inline};
use crate::explain::catalogue::{self, Entry};

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
const STYLE: &str = include_str!("style.css");

pub struct Page {
    title: String,
    body: String,
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let html = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{} - Doorstep</title><style>{STYLE}</style></head><body>\
             <header><a href=\"/errors\">Doorstep</a> <a href=\"/errors\">All errors</a></header><main>{}</main>\
             <footer>Made by this server from its own catalogue.</footer></body></html>",
            escape(&self.title),
            self.body
        );
        let headers = [
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
        ];
        (headers, Html(html)).into_response()
    }
}

pub fn of_cause(cause: Cause) -> Page {
    let mut body = format!("<p class=\"id\">{cause}</p><h1>{}</h1>", escape(cause.title()));
    if let Some(entry) = catalogue::entry(cause) {
        body += &texts(entry);
    }
    Page { title: format!("{cause} {}", cause.title()), body }
}

fn texts(entry: &Entry) -> String {
    let symptoms: Vec<String> =
        entry.symptoms.iter().map(|symptom| format!("<li><code>{}</code></li>", escape(symptom))).collect();
    let symptoms = symptoms.concat();
    let mut html = format!(
        "<p>{}</p><h2>What you see</h2><ul class=\"symptoms\">{symptoms}</ul><h2>How to tell that it is this</h2>{}<h2>What to change</h2>",
        inline(&entry.cause),
        blocks(&entry.see)
    );
    for (who, fix) in entry.fixes() {
        let _ = write!(html, "<h3 id=\"{}\">{who}</h3>{}", who.to_lowercase(), blocks(fix));
    }
    if !entry.codes.is_empty() {
        let links: Vec<String> =
            entry.codes.iter().map(|code| format!("<a href=\"/errors/{code}\">{code}</a>")).collect();
        let _ = write!(html, "<h2>Codes that it comes with</h2><p>{}</p>", links.join(", "));
    }
    let guides: Vec<String> =
        entry.guides.iter().map(|guide| format!("<code>docs/guides/{guide}.md</code>")).collect();
    let told: Vec<&str> = entry.channels.iter().map(|channel| said_by(channel)).collect();
    let told = if told.is_empty() { String::new() } else { format!("Named by {}. ", told.join(", ")) };
    let _ = write!(html, "<h2>More</h2><p>{told}The whole story: {}.</p>", guides.join(", "));
    html
}

fn said_by(channel: &str) -> &'static str {
    match channel {
        "log" => "the server's log",
        "answer" => "the answer's <code>hint</code> (dev mode)",
        "doctor" => "<code>doorstep doctor</code>",
        _ => "the client kits",
    }
}

pub fn of_code(code: Code) -> Page {
    let (name, status, title) = (code.as_str(), code.status(), code.title());
    let mut body = format!(
        "<p class=\"id\">{name}, status {status}</p><h1>{}</h1><p>{}</p>",
        escape(title),
        inline(code.description())
    );
    let causes: String = catalogue::causes_of(name).map(item).collect();
    if !causes.is_empty() {
        let _ = write!(body, "<h2>When it comes as a surprise</h2><dl>{causes}</dl>");
    }
    Page { title: title.to_owned(), body }
}

pub fn of_field_code(code: FieldCode) -> Page {
    let (name, message) = (code.as_str(), code.message());
    let body = format!(
        "<p class=\"id\">{name}</p><h1>{}</h1><p>One of the codes in <code>fields</code> of <a href=\"/errors/invalid_fields\">invalid_fields</a>.</p>",
        escape(message)
    );
    Page { title: message.to_owned(), body }
}

pub fn of_all() -> Page {
    let causes: String = Cause::ALL.iter().copied().map(item).collect();
    let (mut codes, mut fields) = (String::new(), String::new());
    for code in Code::ALL {
        let (name, status, title) = (code.as_str(), code.status(), escape(code.title()));
        let _ = write!(codes, "<dt><a href=\"/errors/{name}\">{name}</a> {status}</dt><dd>{title}</dd>");
    }
    for code in FieldCode::ALL {
        let _ = write!(fields, "<dt><code>{}</code></dt><dd>{}</dd>", code.as_str(), escape(code.message()));
    }
    let body = format!(
        "<h1>Errors</h1><h2>Why a form does not connect</h2><dl>{causes}</dl><h2>Codes of answers</h2><dl>{codes}</dl>\
         <h2>Codes of fields</h2><dl>{fields}</dl>"
    );
    Page { title: "Errors".to_owned(), body }
}

fn item(cause: Cause) -> String {
    format!("<dt><a href=\"/errors/{cause}\">{cause}</a></dt><dd>{}</dd>", escape(cause.title()))
}
