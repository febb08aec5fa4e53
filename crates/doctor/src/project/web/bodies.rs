//! Bodies that a call of `fetch` does not send as JSON (DS-17, DS-18).

use doorstep_base::Cause;

use super::calls::Call;
use crate::Finding;
use crate::api::ROUTES;
use crate::project::find;

pub fn check(call: &Call<'_>) -> Option<Finding> {
    object(call).or_else(|| named_object(call)).or_else(|| without_type(call))
}

/// `body: { … }` is sent as "[object Object]".
fn object(call: &Call<'_>) -> Option<Finding> {
    let at = call.value_of("body")?;
    let bare = &call.source.bare;
    let inner = bare[at..].starts_with('{').then(|| find::inside(bare, at)).flatten()?;
    Some(not_json(call, at, inner.end + 1))
}

/// `body: values`, where `values` was made an object before.
fn named_object(call: &Call<'_>) -> Option<Finding> {
    let at =
        call.value_of("body").filter(|_| call.code().to_ascii_lowercase().contains("application/json"))?;
    let name = find::name_at(&call.source.bare, at);
    let end = at + name.len();
    let is_whole = call.source.bare[end..].trim_start().starts_with([',', '}']);
    (!name.is_empty() && is_whole && is_object(&call.source.bare[..call.at], name))
        .then(|| not_json(call, at, end))
}

/// Whether the last thing that `name` was given before is an object.
fn is_object(before: &str, name: &str) -> bool {
    const OBJECTS: &[&str] = &["{", "Object.fromEntries("];
    let given = find::words(before, name).filter_map(|at| {
        let is_state = before[..at].ends_with('[');
        let (_, value) = before[at + name.len()..].split_once('=')?;
        let between = &before[at + name.len()..before.len() - value.len() - 1];
        let is_given = between.trim().is_empty()
            || (is_state && between.trim_start().starts_with(',') && !between.contains(';'));
        let is_given = is_given && !value.starts_with(['=', '>']);
        let value = value.trim_start();
        let value = if is_state { value.strip_prefix("useState(").unwrap_or(value) } else { value };
        is_given.then(|| OBJECTS.iter().any(|object| value.starts_with(object)))
    });
    given.last().unwrap_or(false)
}

fn not_json(call: &Call<'_>, begin: usize, end: usize) -> Finding {
    let object = &call.source.text[begin..end];
    Finding::error(Cause::NotJson, "The body is an object: fetch sends \"[object Object]\"")
        .saw(call.source.quote(begin))
        .fix("body: JSON.stringify(…)")
        .edit(call.source.replace(begin..end, &format!("JSON.stringify({object})")))
}

/// Without a content type fetch calls a string text/plain.
fn without_type(call: &Call<'_>) -> Option<Finding> {
    let at = call.value_of("body").filter(|_| call.goes_to(&ROUTES))?;
    let is_json = call.source.bare[at..].starts_with("JSON.stringify");
    let has_type = call.code().to_ascii_lowercase().contains("content-type");
    let has_own_headers = find::words(call.bare(), "headers").any(|at| {
        let after = call.bare()[at + "headers".len()..].trim_start();
        !after.strip_prefix(':').is_some_and(|value| value.trim_start().starts_with('{'))
    });
    (is_json && !has_type && !has_own_headers && !call.has_other_options()).then(|| {
        Finding::error(
            Cause::FormInsteadOfJson,
            "The call does not say that its body is JSON: it is sent as text/plain",
        )
        .saw(call.source.quote(call.at))
        .fix("headers: { \"Content-Type\": \"application/json\" }")
    })
}
