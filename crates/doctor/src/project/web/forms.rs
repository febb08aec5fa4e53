//! Forms that put the password into the address bar (DS-39), or that React empties (DS-40).

use doorstep_base::Cause;

use super::Web;
use crate::Finding;
use crate::project::find::{self, Tag};
use crate::project::source::Source;

pub fn check(web: &Web<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in web.timely() {
        for form in find::tags(&source.code, |name| name == "form").take(50) {
            let inner = inner(&source.code, &form);
            findings.extend(without_method(web, source, &form, inner));
            findings.extend(emptied(web, source, &form, inner));
        }
    }
    findings
}

/// What stands between a form's two tags.
fn inner<'a>(code: &'a str, form: &Tag<'_>) -> &'a str {
    const REACH: usize = 16 << 10;
    let rest = &code[form.end..];
    let mut reach = rest.len().min(REACH);
    while !rest.is_char_boundary(reach) {
        reach -= 1;
    }
    &rest[..rest[..reach].find("</form").unwrap_or(reach)]
}

fn without_method(web: &Web<'_>, source: &Source, form: &Tag<'_>, inner: &str) -> Option<Finding> {
    // React sees to a form whose action is a function, also before the page is hydrated.
    let has_function = form.attribute("action").is_some_and(|action| action.text().is_none());
    let method = form.attribute("method");
    let is_get =
        method.is_none_or(|method| method.text().is_some_and(|text| text.eq_ignore_ascii_case("get")));
    if form.has_spread || has_function || !is_get || !asks_for_password(inner) {
        return None;
    }
    let at = form.at + "<form".len();
    let edit = match method {
        None => source.insert(at, " method=\"post\""),
        Some(method) => source.replace(method.at..method.end, "method=\"post\""),
    };
    // A handler stops the browser from sending it, once the page's code runs.
    let is_handled = form.attribute("onSubmit").is_some() && !web.renders_on_server;
    let severity = if is_handled { Finding::warning } else { Finding::error };
    Some(
        severity(Cause::PasswordInUrl, "A form with a password has no method=\"post\"".to_owned())
            .saw(source.quote(form.at))
            .saw("sent before the page's code runs, it puts the password into the address bar and into logs")
            .fix("<form method=\"post\" …>")
            .edit(edit),
    )
}

fn asks_for_password(inner: &str) -> bool {
    find::tags(inner, |_| true).any(|tag| {
        let has = |name: &str, what: &str| {
            tag.attribute(name).is_some_and(|attribute| attribute.value.to_ascii_lowercase().contains(what))
        };
        let is_component =
            tag.name.contains("Password") && (tag.name.ends_with("Field") || tag.name.ends_with("Input"));
        is_component || has("type", "password") || (is_field(&tag) && has("name", "password"))
    })
}

fn is_field(tag: &Tag<'_>) -> bool {
    tag.name == "input" || tag.name.ends_with("Input") || tag.name.ends_with("Field")
}

/// React 19 empties uncontrolled fields when a form's action is done, also when it was refused.
fn emptied(web: &Web<'_>, source: &Source, form: &Tag<'_>, inner: &str) -> Option<Finding> {
    let action = form.attribute("action")?;
    let is_function = action.value.starts_with('{') && action.text().is_none();
    if !is_function || !has_react_19(web) || find::has_word(&source.bare, "requestFormReset") {
        return None;
    }
    let lost = find::tags(inner, |name| name == "input" || name == "textarea").find(|field| {
        let kind = field.text_of("type").unwrap_or("text");
        let is_kept = field.has_spread
            || field.attribute("value").is_some()
            || field.attribute("defaultValue").is_some();
        !is_kept && matches!(kind, "text" | "email" | "tel")
    })?;
    Some(
        Finding::note(Cause::FormEmptied, "React 19 empties this form after each try, also a refused one")
            .saw(source.quote(form.at))
            .saw(source.quote(form.end + lost.at))
            .fix("Give the fields a defaultValue from the action's result, or use onSubmit"),
    )
}

fn has_react_19(web: &Web<'_>) -> bool {
    super::dependency(&web.manifest, "react")
        .and_then(super::versions::major)
        .is_some_and(|major| major >= 19)
}
