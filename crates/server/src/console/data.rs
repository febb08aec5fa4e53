//! What the page asks for once a second: the failures since the last one, and how the server is set up.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use serde_json::{Value, json};

use super::Console;
use crate::config::Origin;
use crate::explain::Explained;
use crate::http::{is_local, name_of};

/// The failures after the number in `?after=`, oldest first, and how many mails are kept.
pub async fn feed(State(console): State<Arc<Console>>, uri: Uri) -> Json<Value> {
    let after = uri.query().and_then(|query| query.strip_prefix("after=")).and_then(|n| n.parse().ok());
    let entries: Vec<Value> = console
        .explain
        .since(after.unwrap_or(0))
        .into_iter()
        .map(|explained| shown(explained, &console))
        .collect();
    Json(
        json!({ "run": console.started.to_string(), "entries": entries, "mails": super::mails::count(&console) }),
    )
}

/// Secrets were taken out where the failure was noticed, by `explain`.
fn shown(explained: Explained, console: &Console) -> Value {
    let Explained {
        number,
        at,
        cause,
        hint,
        method,
        path,
        status,
        code,
        origin,
        request_id,
        request_headers,
        answer_headers,
        answer,
    } = explained;
    let cause = cause.map(|cause| json!({ "id": cause.to_string(), "title": cause.title() }));
    let allow = origin.as_deref().filter(|origin| can_be_allowed(origin, console));
    json!({
        "number": number, "at": at, "cause": cause, "hint": hint, "method": method, "path": path, "status": status,
        "code": code, "origin": origin, "allow": allow, "requestId": request_id, "sent": request_headers, "told": answer_headers,
        "answer": answer,
    })
}

/// Whether a button may offer it: a real origin, as a list may hold it, that is not allowed anyway, of this machine or this
/// network or of the shop's own host. Any page that the developer's browser visits can make itself known here by one
/// request: a stranger's takes the command, which the hint names, and a look at what is typed.
fn can_be_allowed(origin: &str, console: &Console) -> bool {
    let host = |url: &str| name_of(url.split_once("://").map_or(url, |(_, host)| host)).to_owned();
    let name = host(origin);
    let is_ours = is_local(&name) || name == host(console.origins.own());
    is_ours && origin.parse::<Origin>().is_ok() && !console.origins.handle().allows(origin)
}

/// How the server is set up.
pub async fn server(State(console): State<Arc<Console>>) -> Json<Value> {
    Json(json!({
        "facts": [
            ["Address", console.origins.own()],
            ["Mode", "dev"],
            ["Database", console.database],
            ["Started", console.started],
            ["Version", env!("CARGO_PKG_VERSION")],
        ],
        "origins": super::origins::shown(&console),
    }))
}
