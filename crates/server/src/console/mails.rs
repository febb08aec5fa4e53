//! The mailbox of dev mode: what was sent, as people and as tests look at it.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use doorstep_account::mail::Letter;
use doorstep_base::{Code, Language};
use doorstep_mail::{Kind, Rendered};
use doorstep_web::ApiError;
use serde_json::{Value, json};

use super::Console;
use crate::mail::{Kept, Mailbox};

/// Nothing in a mail is run or fetched, also where a template of the shop's would.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox \
     allow-popups allow-popups-to-escape-sandbox",
);
/// So long a test may wait for a mail.
const LONGEST_WAIT: u64 = 30;

/// Those after the number in `?after=`, newest first, and every kind that can be looked at beforehand.
pub async fn list(State(console): State<Arc<Console>>, uri: Uri) -> Json<Value> {
    let after = asked(&uri, "after").and_then(|number| number.parse().ok()).unwrap_or(0);
    let mails: Vec<Value> =
        mailbox(&console).map(|mailbox| mailbox.after(after).iter().map(shown).collect()).unwrap_or_default();
    let kinds: Vec<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    let languages: Vec<_> = Language::ALL.iter().map(|language| language.tag()).collect();
    Json(json!({
        "run": console.started.to_string(), "isKept": mailbox(&console).is_some(), "count": count(&console), "mails": mails,
        "kinds": kinds, "languages": languages,
    }))
}

/// For tests: the newest mail to the address in `?to=` and of the kind in `kind=`, with its code and its link. `after=N` passes over
/// older ones, `wait=S` waits up to S seconds for one (5 by default).
pub async fn latest(State(console): State<Arc<Console>>, uri: Uri) -> Result<Json<Value>, ApiError> {
    let number = |name| asked(&uri, name).and_then(|text| text.parse::<u64>().ok());
    let patience = Duration::from_secs(number("wait").unwrap_or(5).min(LONGEST_WAIT));
    let (to, kind) = (asked(&uri, "to"), asked(&uri, "kind"));
    let found = match mailbox(&console) {
        Some(mailbox) => {
            let is_it = |letter: &Letter| {
                to.as_ref().is_none_or(|to| letter.to.eq_ignore_ascii_case(to))
                    && kind.as_ref().is_none_or(|kind| letter.kind.as_str() == kind)
            };
            mailbox.newest(is_it, number("after").unwrap_or(0), patience).await
        }
        None => None,
    };
    found.map(|kept| Json(shown(&kept))).ok_or_else(|| {
        ApiError::new(Code::NotFound)
            .detail("No such mail has been sent, or a mail server has it ([mail] url is set).")
    })
}

/// `html`, `text` or `source` of a mail.
pub async fn part(
    State(console): State<Arc<Console>>,
    Path((number, part)): Path<(u64, String)>,
) -> Result<Response, ApiError> {
    let kept = mailbox(&console).and_then(|mailbox| mailbox.find(number)).ok_or(Code::NotFound)?;
    match &*part {
        "source" => Ok(plain(kept.source)),
        part => of(&kept.rendered, part),
    }
}

/// The same of a mail with made-up values.
pub async fn preview(
    State(console): State<Arc<Console>>,
    Path((kind, language, part)): Path<(String, String, String)>,
) -> Result<Response, ApiError> {
    let known = Kind::from_text(&kind).zip(Language::of_tag(&language));
    let ((kind, language), mail) = known.zip(console.mail.as_ref()).ok_or(Code::NotFound)?;
    let rendered = mail.templates().sample(kind, language);
    of(&rendered.map_err(|error| ApiError::new(Code::Internal).cause(&error))?, &part)
}

pub async fn empty(State(console): State<Arc<Console>>) -> StatusCode {
    if let Some(mailbox) = mailbox(&console) {
        mailbox.empty();
    }
    StatusCode::NO_CONTENT
}

/// How many are kept.
pub fn count(console: &Console) -> usize {
    mailbox(console).map_or(0, Mailbox::count)
}

fn mailbox(console: &Console) -> Option<&Mailbox> {
    console.mail.as_ref().and_then(|mail| mail.mailbox())
}

fn shown(kept: &Kept) -> Value {
    let Kept { number, letter, rendered, remarks, .. } = kept;
    json!({
        "number": number, "at": letter.at, "kind": letter.kind.as_str(), "to": letter.to, "language": rendered.language.tag(),
        "subject": rendered.subject, "text": rendered.text, "code": letter.values.code, "link": letter.values.link, "remarks": remarks,
    })
}

fn of(rendered: &Rendered, part: &str) -> Result<Response, ApiError> {
    match part {
        // In the frame of a reader a link would open in that frame, where no page lets itself be shown.
        "html" => Ok((
            [
                (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
                (header::CONTENT_SECURITY_POLICY, POLICY),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ],
            rendered.html.replacen("<head>", "<head><base target=\"_blank\">", 1),
        )
            .into_response()),
        "text" => Ok(plain(format!("{}\n\n{}", rendered.subject, rendered.text).into_bytes())),
        _ => Err(Code::NotFound.into()),
    }
}

fn plain(bytes: Vec<u8>) -> Response {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], bytes)
        .into_response()
}

/// A value of the query.
fn asked(uri: &Uri, name: &str) -> Option<String> {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    pairs.into_iter().find(|(given, _)| given == name).map(|(_, value)| value.into_owned())
}
