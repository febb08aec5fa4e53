//! Password fields that a password manager passes over (DS-45).

use doorstep_base::Cause;

use super::Web;
use crate::Finding;
use crate::project::find::{self, Tag};
use crate::project::source::Source;

/// What a field of type password may be, in the words of the HTML standard.
const RIGHT: &[&str] = &["current-password", "new-password", "one-time-code"];

pub fn check(web: &Web<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in web.timely() {
        // One finding for each file: a form has its fields side by side.
        let mut wrong = find::tags(&source.code, |name| name == "input")
            .filter_map(|field| problem(&field).map(|what| (field.at, what)));
        if let Some((at, what)) = wrong.next() {
            findings.push(finding(source, at, what, wrong.map(|(at, _)| at)));
        }
    }
    findings
}

/// What is wrong with a field, if it is one for a password and all of it is seen here.
fn problem(field: &Tag<'_>) -> Option<&'static str> {
    let kind = field.attribute("type")?.value;
    let is_password =
        field.text_of("type") == Some("password") || (kind.contains('?') && kind.contains("password"));
    if !is_password || field.has_spread {
        return None;
    }
    match field.attribute("autocomplete") {
        None => Some("no autoComplete"),
        Some(given) => {
            let words = given.text()?;
            let is_right = words.split_ascii_whitespace().any(|word| RIGHT.contains(&word));
            (!is_right).then_some("an autoComplete that says nothing of a password")
        }
    }
}

fn finding(source: &Source, at: usize, what: &str, others: impl Iterator<Item = usize>) -> Finding {
    let finding = Finding::warning(Cause::PasswordManager, format!("A password field has {what}"))
        .saw(source.quote(at));
    let finding = others.take(3).fold(finding, |finding, at| finding.saw(source.quote(at)));
    finding
        .fix("Signing up: autoComplete=\"new-password\"; logging in: autoComplete=\"current-password\"")
        .fix("The e-mail field beside it: autoComplete=\"username\"")
}
